import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { ActivatedRoute, provideRouter } from '@angular/router';
import type { AnnotationDetail, BookDetail, BookState, BookStateChange, ReadingLogEntry } from '@bookorbit/contracts';
import { of } from 'rxjs';
import { AnnotationsApi, BooksApi, Failure, ReadingApi, ServerEvents } from '../api/index.ts';
import { SessionStore } from '../session/session-store.ts';
import { BookPage } from './book-page.ts';

const PLACE = {
  fileId: 1,
  source: 'koreader',
  receivedAt: '2026-11-20T20:00:00Z',
  readAt: '2026-11-20T20:00:00Z',
} as const;
const BOOK: BookDetail = {
  id: 7,
  title: 'Dracula',
  authors: ['Bram Stoker'],
  formats: ['epub'],
  hasProblem: false,
  isMissing: false,
  libraryId: 1,
  libraryName: 'Shelf',
  addedAt: '2026-11-01T00:00:00Z',
  files: [
    {
      id: 1,
      name: 'Dracula.epub',
      format: 'epub',
      size: 1,
      isPrimary: true,
      isMissing: false,
      isChangedSinceSync: true,
    },
  ],
  places: [
    {
      ...PLACE,
      deviceId: 'K',
      deviceName: 'Kobo',
      percentage: 0.6,
      isCanonical: true,
      standing: 'newest',
      chapter: 'In Whitby',
    },
    { ...PLACE, deviceId: 'P', deviceName: 'Phone', percentage: 0.3, isCanonical: false, standing: 'older' },
  ],
};

/** A server with one book, which can be made to refuse. */
class Server {
  book = BOOK;
  state: BookState = { status: 'reading', rating: 4, readings: [] };
  failure: Failure | undefined;
  readonly used: unknown[] = [];
  readonly sessions: ReadingLogEntry[] = [
    session(2, { source: 'manual', seconds: 2700, pages: 0 }),
    session(1, { from: 0.5, until: 0.6, deviceName: 'Kobo' }),
  ];
  readonly highlights: AnnotationDetail[] = [
    highlight(1, { chapter: 'One', text: 'first' }),
    highlight(2, { chapter: 'One', text: 'second', note: 'a note' }),
    highlight(3, { chapter: 'Two', text: 'third', quality: 'failed', failure: 'not in this copy' }),
  ];

  books = {
    read: async () => this.book,
    readState: async () => this.state,
    readHistory: async () => ({ entries: [{ ...PLACE, id: 9, deviceId: 'K', deviceName: 'Kobo', percentage: 0.6 }] }),
    changeState: async (_id: number, change: BookStateChange) => {
      // An answer takes its time, and the page is drawn meanwhile.
      await new Promise((wake) => setTimeout(wake, 20));
      if (this.failure !== undefined) throw this.failure;
      this.state = { ...this.state, ...(change as Partial<BookState>) };
      return this.state;
    },
    usePlace: async (_id: number, place: unknown) => void this.used.push(place),
    stepBack: async (_id: number, entryId: number) => void this.used.push(entryId),
  };
}

function session(id: number, more: Partial<ReadingLogEntry>): ReadingLogEntry {
  const startedAt = `2026-11-0${id}T20:00:00Z`;
  return {
    id,
    bookId: 7,
    bookFileId: 1,
    title: 'Dracula',
    source: 'koreader',
    startedAt,
    endedAt: startedAt,
    seconds: 300,
    pages: 3,
    ...more,
  };
}

function highlight(id: number, more: Partial<AnnotationDetail>): AnnotationDetail {
  return {
    id,
    kind: 'highlight',
    bookId: 7,
    bookTitle: 'Dracula',
    bookAuthors: [],
    fileId: 1,
    source: 'koreader',
    style: 'highlight',
    color: '#FACC15',
    colorName: 'yellow',
    positions: {},
    quality: 'exact',
    createdAt: '2026-11-01T00:00:00Z',
    updatedAt: '2026-11-01T00:00:00Z',
    version: 1,
    ...more,
  };
}

let server: Server;

async function open(maySync = true): Promise<{ page: HTMLElement; fixture: ComponentFixture<BookPage> }> {
  const { highlights, sessions } = server;
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: ActivatedRoute, useValue: { fragment: of(null) } },
      { provide: SessionStore, useValue: { may: () => maySync, user: () => undefined } },
      { provide: ServerEvents, useValue: { listen: () => undefined } },
      { provide: BooksApi, useValue: server.books },
      { provide: ReadingApi, useValue: { readLog: async () => ({ sessions, total: { sessions: 2, seconds: 3000 } }) } },
      {
        provide: AnnotationsApi,
        useValue: {
          list: async () => ({ annotations: highlights, total: highlights.length, offset: 0 }),
          listFacets: async () => ({ total: 0, books: [], colors: [], devices: [], sources: [] }),
        },
      },
    ],
  });
  const fixture = TestBed.createComponent(BookPage);
  fixture.componentRef.setInput('id', '7');
  await settle(fixture);
  return { page: fixture.nativeElement as HTMLElement, fixture };
}

/** Parts of the page read one after the other, each once the one before is drawn. */
async function settle(fixture: ComponentFixture<unknown>): Promise<void> {
  for (let rounds = 0; rounds < 8; rounds += 1) {
    await new Promise((wake) => setTimeout(wake, 10));
    await fixture.whenStable();
  }
}

/** The words of an element, a space between those of different elements. */
function wordsOf(element: Element | null): string {
  const words: string[] = [];
  const walker = document.createTreeWalker(element ?? document.createElement('p'), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) words.push(walker.currentNode.textContent ?? '');
  return words.join(' ').replace(/\s+/g, ' ').trim();
}

const buttonOf = (page: HTMLElement, label: string): HTMLButtonElement => {
  const found = [...page.querySelectorAll('button')].find(
    (one) => one.getAttribute('aria-label') === label || wordsOf(one) === label,
  );
  if (found === undefined) throw new Error(`There is no button ${label}.`);
  return found;
};

beforeEach(() => {
  server = new Server();
});

it('shows the place with its chapter, the sources, and that the file changed', async () => {
  const { page } = await open();
  const places = page.querySelector('#place');
  expect(wordsOf(places)).toMatch(/Your place 2 sources 60% In Whitby KOReader · Kobo/);
  expect(wordsOf(page)).toContain('The file Dracula.epub was modified after the last KOReader sync.');
});

it('says which chapter of a file is damaged, beside that file and what can be done with it', async () => {
  const message = 'A chapter of the file is damaged (OEBPS/chapter-3.xhtml): download or copy the file again.';
  const files = BOOK.files.flatMap((file) => [
    { ...file, problem: { code: 'damaged_chapters', message } },
    { ...file, id: 2, name: 'Other.epub' },
  ]);
  server.book = { ...BOOK, hasProblem: true, files };
  const { page } = await open();
  const rows = [...page.querySelectorAll('bo-book-files li')];
  expect(rows.map((row) => row.querySelector('.bo-note--warning')?.textContent?.trim())).toEqual([message, undefined]);
});

it('takes the place of one source, and offers the way back', async () => {
  const { page, fixture } = await open();
  buttonOf(page, 'Use this one: KOReader · Phone, 30%').click();
  await settle(fixture);
  expect(server.used).toMatchObject([{ fileId: 1, deviceId: 'P' }]);
  const undo = [...document.querySelectorAll('button')].find((one) => wordsOf(one) === 'Undo');
  undo?.click();
  await settle(fixture);
  expect(server.used[1]).toBe(9);
});

it('takes back a rating the server refuses', async () => {
  const { page, fixture } = await open();
  const stars = (): (boolean | undefined)[] =>
    [...page.querySelectorAll<HTMLInputElement>('.stars input')].map(({ checked }) => checked);
  expect(stars()).toEqual([false, false, false, true, false]);
  server.failure = new Failure('offline', 'Away.');
  page.querySelectorAll<HTMLInputElement>('.stars input')[0]?.click();
  await settle(fixture);
  expect(stars()).toEqual([false, false, false, true, false]);
});

it('logs reading sessions with their source and where in the book they were', async () => {
  const { page } = await open();
  const log = page.querySelector('#log');
  expect(wordsOf(log)).toMatch(/2 reading sessions ?, 50 min in all/);
  const rows = [...(log?.querySelectorAll('.sessions > li') ?? [])].map(wordsOf);
  expect(rows[0]).toMatch(/By hand 45 min Remove/);
  expect(rows[1]).toMatch(/KOReader Kobo 5 min 3 pages · 50% to 60%/);
  expect(log?.querySelectorAll('.sitting')).toHaveLength(2);
});

it('shows highlights by chapter, with notes and why a device failed', async () => {
  const { page } = await open();
  const rows = [...page.querySelectorAll('bo-book-highlights li')].filter((row) =>
    row.querySelector('bo-book-highlight'),
  );
  expect(rows.map((row) => row.querySelector('h3') && wordsOf(row.querySelector('h3')))).toEqual(['One', null, 'Two']);
  expect(rows.slice(0, 2).map(wordsOf).join(' ')).toContain('Note: a note');
  expect(wordsOf(rows[2] ?? null)).toContain('not in this copy Let devices try again');
});

it('has no highlights for those who may not sync', async () => {
  server.book = { ...BOOK, places: [], files: [] };
  server.sessions.length = 0;
  const { page } = await open(false);
  expect(page.querySelector('bo-book-highlights')).toBeNull();
  expect(page.textContent).not.toContain('KOReader');
});
