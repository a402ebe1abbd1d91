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
  private isReadingMore = false;
  readonly log = new Loadable<ReadingLog>(() => this.read());

  open(): Promise<void> {
    this.pages = 1;
    return this.log.load();
  }

  /** @throws What kept the earlier sessions away; what is shown stays. */
  async showMore(): Promise<void> {
    const bookId = this.book.id();
    const before = this.log.value()?.next;
    if (before === undefined || this.isReadingMore) return;
    this.isReadingMore = true;
    try {
      const more = await this.api.readLog({ bookId, before });
      if (this.book.id() !== bookId) return;
      this.pages += 1;
      // Read anew meanwhile, the log may go on elsewhere.
      if (this.log.value()?.next !== before) return await this.log.refresh();
      this.log.change(({ sessions }) => ({ ...more, sessions: [...sessions, ...more.sessions] }));
    } finally {
      this.isReadingMore = false;
    }
  }

  async add(entry: Omit<NewReadingLogEntry, 'bookId'>): Promise<void> {
    await this.api.addToLog({ ...entry, bookId: this.book.id() ?? 0 });
    await this.log.refresh();
  }

  /** Gone at once; back if the server does not follow. */
  remove(id: number): Promise<void> {
    return this.log.edit(
      (log) => withoutSession(log, id),
      () => this.api.removeFromLog(id),
    );
  }

  private async read(): Promise<ReadingLog> {
    const bookId = this.book.id();
    const sessions: ReadingLogEntry[] = [];
    let total: ReadingLog['total'] = { sessions: 0, seconds: 0 };
    let before: string | undefined;
    for (let page = 0; page < this.pages; page += 1) {
      const read = await this.api.readLog({ bookId, before });
      sessions.push(...read.sessions);
      total = read.total;
      before = read.next;
      if (before === undefined) break;
    }
    return { sessions, total, ...(before !== undefined && { next: before }) };
  }
}

function withoutSession(log: ReadingLog, id: number): ReadingLog {
  const removed = log.sessions.find((session) => session.id === id);
  if (!removed) return log;
  return {
    ...log,
    sessions: log.sessions.filter((session) => session !== removed),
    total: { sessions: log.total.sessions - 1, seconds: log.total.seconds - removed.seconds },
  };
}
