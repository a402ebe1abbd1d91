import { Injectable, inject } from '@angular/core';
import type {
  BookDetail,
  BookList,
  BookPlace,
  BookQuery,
  BookState,
  BookStateChange,
  ProgressHistory,
} from '@bookorbit/contracts';
import { Http } from './http.ts';

/** The books this user may read. */
@Injectable({ providedIn: 'root' })
export class BooksApi {
  private readonly http = inject(Http);

  list(query: BookQuery): Promise<BookList> {
    return this.http.get('/books', { ...query });
  }

  read(id: number): Promise<BookDetail> {
    return this.http.get(`/books/${id}`);
  }

  readHistory(id: number): Promise<ProgressHistory> {
    return this.http.get(`/books/${id}/history`);
  }

  readState(id: number): Promise<BookState> {
    return this.http.get(`/books/${id}/state`);
  }

  changeState(id: number, change: BookStateChange): Promise<BookState> {
    return this.http.patch(`/books/${id}/state`, change);
  }

  startOver(id: number): Promise<void> {
    return this.http.post(`/books/${id}/progress/start-over`);
  }

  /** @param entryId Of the history. */
  stepBack(id: number, entryId: number): Promise<void> {
    return this.http.post(`/books/${id}/progress/step-back`, { entryId });
  }

  usePlace(id: number, { fileId, deviceId }: Pick<BookPlace, 'fileId' | 'deviceId'>): Promise<void> {
    return this.http.post(`/books/${id}/progress/use`, { fileId, deviceId });
  }
}

/** Where the cover at `coverUrl` is served with its longer edge at most `edge` pixels. */
export function coverAtEdge(coverUrl: string, edge: number): string {
  return `${coverUrl}${coverUrl.includes('?') ? '&' : '?'}edge=${edge}`;
}
