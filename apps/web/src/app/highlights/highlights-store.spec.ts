import { TestBed } from '@angular/core/testing';
import { AnnotationsApi, type PageEvent, ServerEvents } from '../api/index.ts';
import { AnnotationsApiStub, CHOICE, detail } from './testing/annotations-api-stub.ts';
import { HighlightsStore } from './highlights-store.ts';

function setUp() {
  const api = new AnnotationsApiStub();
  const listeners: ((event: PageEvent) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      HighlightsStore,
      { provide: AnnotationsApi, useValue: api },
      { provide: ServerEvents, useValue: { listen: (listener: never) => listeners.push(listener) } },
    ],
  });
  const store = TestBed.inject(HighlightsStore);
  return { api, store, tell: (event: PageEvent) => listeners.forEach((listener) => listener(event)) };
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

  it('has everything at once on the way back, and brings it up to date', async () => {
    const { api, store } = setUp();
    await store.open(CHOICE);
    await store.readMore();
    store.leave();
    api.there = [detail(501), ...api.there];
    const opening = store.open({ ...CHOICE });
    expect([store.state(), store.rows().length, store.isSearching()]).toEqual(['filled', 260, false]);
    await opening;
    expect([ids(store)[0], store.total()]).toEqual([501, 501]);
  });

  it('looks anew for what it had not found yet when somebody left', async () => {
    const { api, store } = setUp();
    await store.open(CHOICE);
    const list = api.list.bind(api);
    api.list = () => new Promise(() => undefined);
    void store.open({ ...CHOICE, q: 'other' });
    store.leave();
    api.list = list;
    api.there = api.there.slice(0, 3);
    await store.open({ ...CHOICE, q: 'other' });
    expect([store.total(), store.isSearching()]).toEqual([3, false]);
  });

  it('asks for nothing while nobody looks', async () => {
    jest.useFakeTimers();
    try {
      const { api, store, tell } = setUp();
      await store.open(CHOICE);
      store.leave();
      const asked = api.queries.length;
      tell({ type: 'koreader' });
      await jest.advanceTimersByTimeAsync(1000);
      expect(api.queries).toHaveLength(asked);
    } finally {
      jest.useRealTimers();
    }
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

  it('does not show what was read before somebody changed it, and reads anew', async () => {
    jest.useFakeTimers();
    try {
      const { api, store, tell } = setUp();
      await store.open(CHOICE);
      const list = api.list.bind(api);
      let answer: () => void = () => undefined;
      api.list = async (query) => {
        const read = await list(query);
        await new Promise<void>((done) => (answer = done));
        return read;
      };
      tell({ type: 'koreader' });
      await jest.advanceTimersByTimeAsync(600);
      api.list = list;
      await store.whileWriting(async () => {
        store.replace([detail(500, { note: 'written meanwhile' })]);
        api.there = api.there.map((row) => (row.id === 500 ? detail(500, { note: 'written meanwhile' }) : row));
      });
      answer();
      await jest.advanceTimersByTimeAsync(0);
      expect(store.rows()[0]?.note).toBe('written meanwhile');
      api.there = [detail(501), ...api.there];
      await jest.advanceTimersByTimeAsync(600);
      expect(ids(store).slice(0, 2)).toEqual([501, 500]);
    } finally {
      jest.useRealTimers();
    }
  });
});
