import { TestBed } from '@angular/core/testing';
import { AnnotationsApi, ServerEvents } from '../api/index.ts';
import { offlineFailure } from '../api/failure.ts';
import { Notices } from '../ui/index.ts';
import { AnnotationsApiStub, CHOICE, detail } from './testing/annotations-api-stub.ts';
import { HighlightEdits } from './highlight-edits.ts';
import { HighlightSelection } from './highlight-selection.ts';
import { HighlightsStore } from './highlights-store.ts';

async function setUp() {
  const api = new AnnotationsApiStub();
  const said: unknown[] = [];
  const again: (() => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      HighlightsStore,
      HighlightEdits,
      HighlightSelection,
      { provide: AnnotationsApi, useValue: api },
      {
        provide: Notices,
        useValue: {
          sayFailure: (failure: unknown) => said.push(failure),
          offerAgain: (failure: unknown, run: () => void) => said.push(failure) && again.push(run),
        },
      },
      { provide: ServerEvents, useValue: { listen: () => undefined } },
    ],
  });
  const store = TestBed.inject(HighlightsStore);
  await store.open(CHOICE);
  const edits = TestBed.inject(HighlightEdits);
  const ids = (): number[] => store.rows().map(({ id }) => id);
  return { api, said, again, store, edits, ids, selection: TestBed.inject(HighlightSelection) };
}

describe('HighlightEdits', () => {
  it('shows an edit at once, and takes it back when the server refuses', async () => {
    const { api, said, store, edits } = await setUp();
    api.failure = offlineFailure();
    const saving = edits.edit(500, { note: 'a thought' });
    expect(store.rows()[0]?.note).toBe('a thought');
    expect(await saving).toBe(false);
    expect(store.rows()[0]?.note).toBeUndefined();
    expect(said).toEqual([api.failure]);
  });

  it('keeps what is being written, whatever becomes of the row, until it is dropped', async () => {
    const { api, edits, store } = await setUp();
    edits.keepDraft(500, 'half a');
    edits.keepDraft(499, 'another');
    edits.keepDraft(500, 'half a thought');
    api.there = api.there.slice(1);
    await store.refresh();
    expect([edits.draftOf(500), edits.draftOf(499)]).toEqual(['half a thought', 'another']);
    edits.dropDraft(500);
    expect([edits.draftOf(500), edits.draftOf(499)]).toEqual([undefined, 'another']);
  });

  it('puts rows back where they were when they could not be moved to the trash', async () => {
    const { api, store, edits, ids } = await setUp();
    const before = ids();
    api.failure = offlineFailure();
    const moving = edits.move([499, 497, 460], 'trash');
    expect([store.rows().length, store.total()]).toEqual([57, 497]);
    expect(await moving).toBeUndefined();
    expect([ids(), store.total()]).toEqual([before, 500]);
  });

  it('gives each its own colour back when a restyling is undone', async () => {
    const { api, store, edits } = await setUp();
    store.replace([detail(500, { color: '#F472B6', colorName: 'purple' }), detail(499, { colorName: 'my own' })]);
    const undo = await edits.restyle([500, 499, 498, 497], { color: 'red' });
    expect(undo).toEqual([
      { action: 'edit', ids: [500], color: '#F472B6' },
      { action: 'edit', ids: [499], color: 'my own' },
      { action: 'edit', ids: [498, 497], color: 'yellow' },
    ]);
    await edits.takeBack(undo ?? []);
    expect(api.changes.slice(1)).toEqual(undo);
  });

  it('moves everything that is found with one request, and takes it back', async () => {
    const { api, store, edits, ids } = await setUp();
    const before = ids();
    const done = await edits.changeAll({ action: 'trash' }, 500, [3]);
    expect(api.foundChanges).toEqual([{ action: 'trash', count: 500, except: [3] }]);
    expect([done?.count, ids(), store.total()]).toEqual([499, [3], 1]);
    await edits.takeBack(done?.undo ?? []);
    expect([store.total(), ids()]).toEqual([500, before]);
  });

  it('says what the server said when it would not, and shows what is there now', async () => {
    const { api, said, edits, store } = await setUp();
    api.failure = offlineFailure();
    api.there = api.there.slice(1);
    expect(await edits.changeAll({ action: 'trash' }, 500, [])).toBeUndefined();
    expect([said, store.total(), edits.isChangingAll()]).toEqual([[api.failure], 499, false]);
  });

  it('offers to go on taking back what was taken back in part', async () => {
    const { api, again, edits, store } = await setUp();
    const { undo = [] } = (await edits.changeAll({ action: 'trash' }, 500, [])) ?? {};
    api.failure = offlineFailure();
    await edits.takeBack(undo);
    expect([store.total(), again.length]).toEqual([0, 1]);
    api.failure = undefined;
    again[0]?.();
    await new Promise((resolve) => setTimeout(resolve));
    expect(store.total()).toBe(500);
  });
});

describe('HighlightSelection', () => {
  it('is of some that are shown, and forgets those that go', async () => {
    const { selection, edits } = await setUp();
    for (const id of [499, 500, 498]) selection.set(id, true);
    selection.set(498, false);
    expect([selection.ids(), selection.count(), selection.has(498)]).toEqual([[500, 499], 2, false]);
    await edits.move([500], 'trash');
    expect(selection.count()).toBe(1);
  });

  it('is of all there are, loaded or not, but those taken out again', async () => {
    const { selection, store } = await setUp();
    selection.selectAll();
    expect([selection.count(), selection.has(1)]).toEqual([500, true]);
    selection.set(499, false);
    expect([selection.count(), selection.has(499), selection.spared()]).toEqual([499, false, [499]]);
    await store.readMore();
    expect(selection.ids()).toHaveLength(259);
    selection.set(499, true);
    expect(selection.spared()).toEqual([]);
  });

  it('counts right after one that was taken out of all has gone by itself', async () => {
    const { selection, edits } = await setUp();
    selection.selectAll();
    selection.set(499, false);
    await edits.move([499], 'trash');
    selection.forget([499]);
    expect([selection.count(), selection.spared()]).toEqual([499, []]);
  });

  it('begins anew with another choice', async () => {
    const { selection, store } = await setUp();
    selection.selectAll();
    await store.open({ ...CHOICE, q: 'other' });
    expect([selection.isAll(), selection.count()]).toEqual([false, 0]);
  });
});
