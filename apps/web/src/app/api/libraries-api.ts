import { Injectable, inject } from '@angular/core';
import type { FolderListing, LibraryChange, LibrarySummary, NewLibrary, ScanProgress } from '@bookorbit/contracts';
import { Http } from './http.ts';

/** Libraries, their scans, and the server's folders to choose from. */
@Injectable({ providedIn: 'root' })
export class LibrariesApi {
  private readonly http = inject(Http);

  list(): Promise<readonly LibrarySummary[]> {
    return this.http.get('/libraries');
  }

  create(library: NewLibrary): Promise<void> {
    return this.http.post('/libraries', library);
  }

  change(id: number, change: LibraryChange): Promise<void> {
    return this.http.patch(`/libraries/${id}`, change);
  }

  delete(id: number): Promise<void> {
    return this.http.delete(`/libraries/${id}`);
  }

  startScan(id: number): Promise<void> {
    return this.http.post(`/libraries/${id}/scan`);
  }

  readScan(id: number): Promise<ScanProgress> {
    return this.http.get(`/libraries/${id}/scan`);
  }

  /** Folders inside `path`; without one, where choosing starts. */
  listFolders(path?: string): Promise<FolderListing> {
    return this.http.get('/folders', { path });
  }
}
