import { Injectable, inject } from '@angular/core';
import type {
  CurrentBook,
  NewReadingLogEntry,
  ReadBooks,
  ReadingAchievement,
  ReadingLog,
  ReadingSource,
  ReadingStatistics,
  ReadingTimeZone,
} from '@bookorbit/contracts';
import { Http } from './http.ts';

/** What statistics are of; days are `YYYY-MM-DD`, both included. */
export interface StatisticsQuery {
  readonly from?: string;
  readonly to?: string;
  readonly bookId?: number;
  readonly source?: ReadingSource;
  readonly deviceId?: string;
}

/** What this user read, when and on what. */
@Injectable({ providedIn: 'root' })
export class ReadingApi {
  private readonly http = inject(Http);

  /** Books begun and not ended, the one read last first. */
  listCurrent(): Promise<readonly CurrentBook[]> {
    return this.http.get('/reading/current');
  }

  readStatistics(query: StatisticsQuery): Promise<ReadingStatistics> {
    return this.http.get('/reading/statistics', { ...query });
  }

  /** Books something was read of, most read first. */
  searchBooks(q: string): Promise<ReadBooks> {
    return this.http.get('/reading/books', { ...(q !== '' && { q }) });
  }

  listAchievements(): Promise<readonly ReadingAchievement[]> {
    return this.http.get('/reading/achievements');
  }

  /** @param before The `next` of the page before. */
  readLog(query: { readonly bookId?: number; readonly before?: string }): Promise<ReadingLog> {
    return this.http.get('/reading/log', { ...query });
  }

  addToLog(entry: NewReadingLogEntry): Promise<{ readonly id: number }> {
    return this.http.post('/reading/log', entry);
  }

  removeFromLog(id: number): Promise<void> {
    return this.http.delete(`/reading/log/${id}`);
  }

  readTimeZone(): Promise<ReadingTimeZone> {
    return this.http.get('/reading/time-zone');
  }

  changeTimeZone(timeZone: string): Promise<void> {
    return this.http.put('/reading/time-zone', { timeZone } satisfies ReadingTimeZone);
  }
}
