import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { CurrentBook, MatchedBook } from '@bookorbit/contracts';
import { AnnotationsApi, BooksApi, Failure, KoreaderApi, ReadingApi, ServerEvents } from '../api/index.ts';
import { SessionStore } from '../session/session-store.ts';
import { HomePage } from './home-page.ts';

const DRACULA: CurrentBook = {
  bookId: 7,
  title: 'Dracula',
  authors: ['Bram Stoker'],
  percentage: 0.42,
  chapter: 'Jonathan Harker’s Journal',
  source: 'koreader',
  deviceName: 'Kobo Libra 2',
  readAt: '2026-11-20T20:00:00Z',
};
const STATISTICS = {
  today: '2026-11-28',
  days: [
    { day: '2026-11-27', seconds: 1800, books: 1 },
    { day: '2026-11-28', seconds: 3600, books: 1 },
  ],
  streak: { current: 2, longest: 9 },
};

async function show(maySync: boolean, api: { readonly current?: () => Promise<readonly CurrentBook[]> } = {}) {
  const asked: string[] = [];
  const answer = <T>(name: string, value: T) => {
    return async (): Promise<T> => {
      asked.push(name);
      return value;
    };
  };
  const matched: MatchedBook = {
    bookId: 7,
    title: 'Dracula',
    authors: [],
    devices: ['Kobo Libra 2'],
    readingEvents: 1,
    sessions: 1,
    highlights: 1,
    lastSyncAt: '2026-11-20T20:00:00Z',
  };
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: SessionStore, useValue: { may: () => maySync } },
      { provide: ServerEvents, useValue: { listen: () => undefined } },
      {
        provide: ReadingApi,
        useValue: {
          listCurrent: api.current ?? answer('current', [DRACULA]),
          readStatistics: answer('week', STATISTICS),
        },
      },
      {
        provide: BooksApi,
        useValue: { list: async ({ only }: { only: string }) => ({ total: only === 'problem' ? 3 : 0 }) },
      },
      {
        provide: KoreaderApi,
        useValue: {
          read: answer('settings', { counts: { unmatchedBooks: 2 }, plugin: { isAvailable: true } }),
          readPluginActivity: answer('activity', { heldDeletes: 0, failedPositions: 0, outdatedDevices: [] }),
          listMatchedBooks: answer('synced', [matched]),
        },
      },
      {
        provide: AnnotationsApi,
        useValue: {
          findOfTheDay: answer('highlight', {
            highlight: { id: 3, bookId: 7, bookTitle: 'Dracula', bookAuthors: [], text: 'Listen to them' },
          }),
        },
      },
    ],
  });
  const fixture = TestBed.createComponent(HomePage);
  await fixture.whenStable();
  return { page: fixture.nativeElement as HTMLElement, asked };
}

const wordsOf = (element: Element | null): string => element?.textContent.replace(/\s+/g, ' ').trim() ?? '';

it('shows the book to go on with, the time read, the highlight, the sync and what needs attention', async () => {
  const { page } = await show(true);
  expect(wordsOf(page.querySelector('.current'))).toMatch(
    /Dracula\s*Bram Stoker\s*42%\s*Jonathan Harker’s Journal\s*Kobo Libra 2/,
  );
  expect(wordsOf(page.querySelector('.sums'))).toMatch(
    /Today\s*1 hr\s*Last seven days\s*1 hr, 30 min\s*Days in a row\s*2/,
  );
  expect(page.querySelector('figcaption a')?.getAttribute('href')).toBe('/books/7#highlight-3');
  expect(wordsOf(page.querySelector('.synced'))).toContain('Kobo Libra 2');
  expect([...page.querySelectorAll('.attention a')].map((link) => link.getAttribute('href'))).toEqual([
    '/settings/integrations/koreader/unmatched',
    '/books?only=problem',
  ]);
});

it('asks and shows nothing of devices for those who may not sync', async () => {
  const { page, asked } = await show(false);
  expect(asked.sort()).toEqual(['current', 'week']);
  expect(page.textContent).not.toMatch(/Recently synced|Highlight of the day|Unmatched/);
});

it('keeps the other parts when one cannot be read', async () => {
  const { page } = await show(true, { current: () => Promise.reject(new Failure('broken', 'Could not answer.')) });
  expect(page.textContent).toContain('Could not answer.');
  expect(wordsOf(page.querySelector('.sums'))).toContain('1 hr');
});
