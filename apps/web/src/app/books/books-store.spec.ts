import { TestBed } from '@angular/core/testing';
import type { BookCard, BookList, BookQuery } from '@bookorbit/contracts';
import { BooksApi, Failure, type PageEvent, ServerEvents } from '../api/index.ts';
import type { BookChoice } from './book-query.ts';
import { BooksStore, PAGE_SIZE } from './books-store.ts';

const BY_TITLE: BookChoice = { sort: 'title', order: 'asc' };

function card(index: number, words = ''): BookCard {
  return {
    id: index + 1,
    title: `${words}${index}`,
    authors: [],
    formats: ['epub'],
    hasProblem: false,
    isMissing: false,
  };
}

/** A server with 200 books whose titles begin with what was searched. */
class BooksApiStub {
  readonly queries: BookQuery[] = [];
  failure: Failure | undefined;
  total = 200;

  async list(query: BookQuery): Promise<BookList> {
    this.queries.push(query);
    if (this.failure !== undefined) throw this.failure;
    const offset = query.offset ?? 0;
    const count = Math.max(0, Math.min(query.limit ?? 0, this.total - offset));
    return {
      offset,
      total: this.total,
      books: Array.from({ length: count }, (_, index) => card(offset + index, query.q)),
    };
  }
}

function setUp(): { store: BooksStore; api: BooksApiStub; tell: (event: PageEvent) => void } {
  const api = new BooksApiStub();
  const listeners: ((event: PageEvent) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      { provide: BooksApi, useValue: api },
      { provide: ServerEvents, useValue: { listen: (listener: never) => listeners.push(listener) } },
    ],
  });
  const store = TestBed.inject(BooksStore);
  return { store, api, tell: (event) => listeners.forEach((listener) => listener(event)) };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('BooksStore', () => {
  it('reads the first page, and others when they come into view', async () => {
    const { store, api } = setUp();
    await store.open(BY_TITLE);
    expect(store.bookAt(0)?.id).toBe(1);
    expect(store.bookAt(PAGE_SIZE)).toBeUndefined();
    store.need(50, 130);
    await settled();
    expect(store.bookAt(129)?.id).toBe(130);
    expect(api.queries.map(({ offset }) => offset)).toEqual([0, 60, 120]);
  });

  it('asks for a page once, however often it comes into view', async () => {
    const { store, api } = setUp();
    await store.open(BY_TITLE);
    store.need(60, 70);
    store.need(61, 71);
    await settled();
    expect(api.queries).toHaveLength(2);
  });

  it('shows nothing of an older search, though its answer comes later', async () => {
    const { store, api } = setUp();
    const answers: ((list: BookList) => void)[] = [];
    api.list = () => new Promise((resolve) => answers.push(resolve));
    const both = [store.open({ ...BY_TITLE, q: 'old' }), store.open({ ...BY_TITLE, q: 'new' })];
    answers[1]?.({ books: [card(0, 'new')], total: 1, offset: 0 });
    answers[0]?.({ books: [card(0, 'old')], total: 1, offset: 0 });
    await Promise.all(both);
    expect(store.bookAt(0)?.title).toBe('new0');
  });

  it('keeps the pages in view while the same choice is read anew', async () => {
    const { store } = setUp();
    await store.open(BY_TITLE);
    store.need(60, 70);
    await settled();
    const reading = store.open(BY_TITLE);
    expect(store.bookAt(65)).toBeDefined();
    await reading;
    expect(store.bookAt(65)).toBeDefined();
  });

  it('is empty, not failed, when nothing is found', async () => {
    const { store, api } = setUp();
    api.total = 0;
    await store.open(BY_TITLE);
    expect(store.state()).toBe('empty');
  });

  it('fails with the server’s words, and recovers on another try', async () => {
    const { store, api } = setUp();
    api.failure = new Failure('offline', 'Away.');
    await store.open(BY_TITLE);
    expect(store.state()).toBe('failed');
    expect(store.failure()?.message).toBe('Away.');
    api.failure = undefined;
    await store.retry();
    expect(store.state()).toBe('filled');
  });

  it('keeps showing its books when reading them anew fails', async () => {
    const { store, api } = setUp();
    await store.open(BY_TITLE);
    api.failure = new Failure('offline', 'Away.');
    await store.open(BY_TITLE);
    expect(store.state()).toBe('filled');
  });

  it('follows the server: books that changed are read anew, once for a burst', async () => {
    jest.useFakeTimers();
    try {
      const { store, api, tell } = setUp();
      await store.open(BY_TITLE);
      tell({ type: 'books', libraryId: 1 });
      tell({ type: 'progress', bookId: 1 });
      api.total = 3;
      await jest.advanceTimersByTimeAsync(2_000);
      expect(store.total()).toBe(3);
      expect(api.queries).toHaveLength(2);
    } finally {
      jest.useRealTimers();
    }
  });
});
