import { Injectable, inject } from '@angular/core';
import { IMPORT_FIELD, type ImportDetail, type KoreaderImport } from '@bookorbit/contracts';
import { BASE_PATH, Http } from './http.ts';

/** Address of everything the server keeps of this user, as a zip. */
export const EXPORT_PATH = `${BASE_PATH}/export`;

/** A file with its path, as far as the browser told. */
export interface NamedFile {
  readonly file: File;
  readonly name: string;
}

/** Files of KOReader devices that come in by hand; needs `koreader_sync`. */
@Injectable({ providedIn: 'root' })
export class ImportsApi {
  private readonly http = inject(Http);

  list(): Promise<readonly KoreaderImport[]> {
    return this.http.get('/imports');
  }

  read(id: number): Promise<ImportDetail> {
    return this.http.get(`/imports/${id}`);
  }

  /** @param progress Told how much of the files is sent, 0–1. */
  upload(files: readonly NamedFile[], progress: (fraction: number) => void): Promise<KoreaderImport> {
    const form = new FormData();
    for (const { file, name } of files) form.append(IMPORT_FIELD, file, name);
    return this.http.upload('/imports', form, progress);
  }

  apply(id: number): Promise<KoreaderImport> {
    return this.http.post(`/imports/${id}/apply`);
  }

  undo(id: number): Promise<KoreaderImport> {
    return this.http.post(`/imports/${id}/undo`);
  }

  forget(id: number): Promise<void> {
    return this.http.delete(`/imports/${id}`);
  }
}
