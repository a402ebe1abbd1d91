import { Injectable, inject } from '@angular/core';
import type { BookDetail, BookList, BookQuery, ProgressHistory } from '@bookorbit/contracts';
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
}

/** Where the cover at `coverUrl` is served with its longer edge at most `edge` pixels. */
export function coverAtEdge(coverUrl: string, edge: number): string {
  return `${coverUrl}${coverUrl.includes('?') ? '&' : '?'}edge=${edge}`;
}
