import { TestBed } from '@angular/core/testing';
import type { AnnotationDetail, AnnotationList, AnnotationQuery, AnnotationsChange } from '@bookorbit/contracts';
import { AnnotationsApi, type Failure, type PageEvent, ServerEvents } from '../api/index.ts';
import { offlineFailure } from '../api/failure.ts';
import { Notices } from '../ui/index.ts';
import type { HighlightChoice } from './highlight-query.ts';
import { HighlightsStore } from './highlights-store.ts';

const CHOICE: HighlightChoice = { sort: 'newest', kind: 'highlight', state: 'active' };

const detail = (id: number, more: Partial<AnnotationDetail> = {}): AnnotationDetail => ({
  id,
  kind: 'highlight',
  bookId: 1,
  bookTitle: 'Emma',
  bookAuthors: [],
  fileId: 1,
  source: 'koreader',
  style: 'highlight',
  color: '#FACC15',
  colorName: 'yellow',
  text: `text ${id}`,
  positions: {},
  quality: 'exact',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  version: 1,
  ...more,
});

/** A server with annotations of falling ids; `after` is the last id seen. */
class AnnotationsApiStub {
  there = Array.from({ length: 500 }, (_, n) => detail(500 - n));
  failure: Failure | undefined;
  readonly queries: AnnotationQuery[] = [];

  async list(query: AnnotationQuery): Promise<AnnotationList> {
    this.queries.push(query);
    const from = query.after === undefined ? 0 : this.there.findIndex(({ id }) => id < Number(query.after));
    const annotations = from === -1 ? [] : this.there.slice(from, from + (query.limit ?? 60));
    const last = annotations.at(-1);
    const hasMore = last !== undefined && last !== this.there.at(-1);
    return { annotations, total: this.there.length, offset: 0, ...(hasMore && { next: String(last.id) }) };
  }

  async listFacets() {
    return { total: 0, books: [], colors: [], devices: [], sources: [] };
  }

  async edit(id: number, change: object): Promise<AnnotationDetail> {
    if (this.failure) throw this.failure;
    return { ...detail(id), ...change, version: 2 };
  }

  async changeMany({ ids, action }: AnnotationsChange) {
    if (this.failure) throw this.failure;
    if (action === 'trash') this.there = this.there.filter(({ id }) => !ids.includes(id));
    return { annotations: ids.map((id) => detail(id)) };
  }
}

function setUp() {
  const api = new AnnotationsApiStub();
  const said: unknown[] = [];
  const listeners: ((event: PageEvent) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      HighlightsStore,
      { provide: AnnotationsApi, useValue: api },
      { provide: Notices, useValue: { sayFailure: (failure: unknown) => said.push(failure), say: () => undefined } },
      { provide: ServerEvents, useValue: { listen: (listener: never) => listeners.push(listener) } },
    ],
  });
  const store = TestBed.inject(HighlightsStore);
  return { api, said, store, tell: (event: PageEvent) => listeners.forEach((listener) => listener(event)) };
}

const ids = (store: HighlightsStore): number[] => store.rows().map(({ id }) => id);

describe('HighlightsStore', () => {
  it('reads on behind the last row, each row once, until the end', async () => {
    const { store } = setUp();
    await store.open(CHOICE);
    expect([store.rows().length, store.total()]).toEqual([60, 500]);
    for (let page = 0; page < 5; page += 1) await store.readMore();
    expect(ids(store)).toEqual(Array.from({ length: 500 }, (_, n) => 500 - n));
  });

  it('shows an edit at once, and takes it back when the server refuses', async () => {
    const { api, said, store } = setUp();
    await store.open(CHOICE);
    api.failure = offlineFailure();
    const saving = store.edit(500, { note: 'a thought' });
    expect(store.rows()[0]?.note).toBe('a thought');
    expect(await saving).toBe(false);
    expect(store.rows()[0]?.note).toBeUndefined();
    expect(said).toEqual([api.failure]);
  });

  it('puts rows back where they were when they could not be moved to the trash', async () => {
    const { api, store } = setUp();
    await store.open(CHOICE);
    const before = ids(store);
    api.failure = offlineFailure();
    const moving = store.move([499, 497, 460], 'trash');
    expect([store.rows().length, store.total()]).toEqual([57, 497]);
    await moving;
    expect([ids(store), store.total()]).toEqual([before, 500]);
  });

  it('drops a late answer to an earlier choice', async () => {
    const { api, store } = setUp();
    const list = api.list.bind(api);
    let answerFirst: () => void = () => undefined;
    api.list = (query) =>
      query.q === 'first' ? new Promise((done) => (answerFirst = () => done(list(query)))) : list(query);
    const first = store.open({ ...CHOICE, q: 'first' });
    api.there = api.there.slice(0, 3);
    await store.open({ ...CHOICE, q: 'second' });
    api.there = [];
    answerFirst();
    await first;
    expect(store.total()).toBe(3);
  });

  it('brings up to date what is shown after a sync, and keeps its place further down', async () => {
    jest.useFakeTimers();
    try {
      const { api, store, tell } = setUp();
      await store.open(CHOICE);
      await store.readMore();
      api.there = [detail(501), ...api.there.filter(({ id }) => id !== 490)];
      tell({ type: 'koreader' });
      await jest.advanceTimersByTimeAsync(1000);
      expect(ids(store).slice(0, 2)).toEqual([501, 500]);
      expect(ids(store)).not.toContain(490);
      await store.readMore();
      const all = ids(store);
      expect(new Set(all).size).toBe(all.length);
      expect(all).toEqual(api.there.slice(0, all.length).map(({ id }) => id));
    } finally {
      jest.useRealTimers();
    }
  });
});
