import { Injectable, inject } from '@angular/core';
import type { NewReadingLogEntry, ReadingLog, ReadingLogEntry } from '@bookorbit/contracts';
import { ReadingApi } from '../api/index.ts';
import { Loadable } from '../ui/index.ts';
import { BookStore } from './book-store.ts';

/** What was read in one book, sitting by sitting. */
@Injectable()
export class BookLogStore {
  private readonly api = inject(ReadingApi);
  private readonly book = inject(BookStore);
  private pages = 1;
  readonly log = new Loadable<ReadingLog>(() => this.read());

  open(): Promise<void> {
    this.pages = 1;
    return this.log.load();
  }

  showMore(): Promise<void> {
    this.pages += 1;
    return this.log.refresh();
  }

  async add(entry: Omit<NewReadingLogEntry, 'bookId'>): Promise<void> {
    await this.api.addToLog({ ...entry, bookId: this.book.id() ?? 0 });
    await this.log.refresh();
  }

  /** Gone at once; back if the server does not follow. */
  remove(id: number): Promise<void> {
    return this.log.edit(
      (log) => ({ ...log, sessions: log.sessions.filter((session) => session.id !== id) }),
      () => this.api.removeFromLog(id),
    );
  }

  private async read(): Promise<ReadingLog> {
    const bookId = this.book.id();
    const sessions: ReadingLogEntry[] = [];
    let before: string | undefined;
    for (let page = 0; page < this.pages; page += 1) {
      const read = await this.api.readLog({ bookId, before });
      sessions.push(...read.sessions);
      before = read.next;
      if (before === undefined) break;
    }
    return { sessions, ...(before !== undefined && { next: before }) };
  }
}
