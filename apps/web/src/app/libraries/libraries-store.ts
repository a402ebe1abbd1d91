import { Injectable, inject } from '@angular/core';
import type { LibraryChange, NewLibrary, ScanProgress } from '@bookorbit/contracts';
import { LibrariesApi, listenToServer } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';

/** The libraries and their scans, followed live. */
@Injectable()
export class LibrariesStore {
  private readonly api = inject(LibrariesApi);
  readonly libraries = new Loadable(() => this.api.list());

  constructor() {
    listenToServer((event) => {
      if (event.type === 'scan') this.show(event.scan);
      if (event.type === 'books' || event.type === 'missed') void this.libraries.refresh();
    });
  }

  /** Reads the libraries; those here already stay in view meanwhile. */
  open(): Promise<void> {
    return this.libraries.refresh();
  }

  async create(library: NewLibrary): Promise<void> {
    await this.api.create(library);
    await this.libraries.refresh();
  }

  async change(id: number, change: LibraryChange): Promise<void> {
    await this.api.change(id, change);
    await this.libraries.refresh();
  }

  async delete(id: number): Promise<void> {
    await this.api.delete(id);
    await this.libraries.refresh();
  }

  async startScan(id: number): Promise<void> {
    await this.api.startScan(id);
    await this.libraries.refresh();
  }

  private show(scan: ScanProgress): void {
    this.libraries.change((libraries) =>
      libraries.map((library) => (library.id === scan.libraryId ? { ...library, scan } : library)),
    );
    // The count of books and what is wrong with a folder are the library's own.
    if (scan.state === 'done' || scan.state === 'failed') void this.libraries.refresh();
  }
}
