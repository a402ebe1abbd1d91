import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { LibrarySummary } from '@bookorbit/contracts';
import { Confirm, EmptyState, FailureNote, Icon, Notices } from '../ui/index.ts';
import { LibrariesStore } from './libraries-store.ts';
import { ScanLine } from './scan-line.ts';

@Component({
  selector: 'bo-libraries-page',
  imports: [EmptyState, FailureNote, Icon, MatButton, RouterLink, ScanLine],
  templateUrl: './libraries-page.html',
})
export class LibrariesPage {
  protected readonly sayAction = {
    scan: (name: string) => $localize`Scan now: ${name}:name:`,
    edit: (name: string) => $localize`Edit ${name}:name:`,
    delete: (name: string) => $localize`Delete ${name}:name:`,
  };
  protected readonly store = inject(LibrariesStore);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  constructor() {
    void this.store.open();
  }

  protected isScanning(library: LibrarySummary): boolean {
    return library.scan?.state === 'queued' || library.scan?.state === 'running';
  }

  protected sayBooks(count: number): string {
    return count === 1 ? $localize`1 book` : $localize`${new Intl.NumberFormat().format(count)}:count: books`;
  }

  protected async scan(library: LibrarySummary): Promise<void> {
    try {
      await this.store.startScan(library.id);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }

  protected async deleteLibrary(library: LibrarySummary): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Delete ${library.name}:name:?`,
      words: [
        $localize`The library and its ${this.sayBooks(library.bookCount)}:books: disappear from BookOrbit, with the reading progress of everybody in them.`,
        $localize`The files on disk are not touched.`,
      ],
      action: $localize`Delete library`,
    });
    if (!isSure) return;
    try {
      await this.store.delete(library.id);
      this.notices.say($localize`${library.name}:name: is deleted. Its files are untouched.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
