import { noteOf } from './sync-note.ts';

const toApply = { add: [{}, {}], edit: [], delete: [{}] };

describe('noteOf', () => {
  it.each([
    ['annotations/exchange', { annotations: 2, deletes: 1 }],
    ['bookmarks/exchange', { bookmarks: 2, deletes: 1 }],
  ])('counts what %s sent back as what it is', (route, went) => {
    expect(noteOf(route, { books: [{ hash: 'a' }] }, { results: [{ hash: 'a', toApply }] }).went).toEqual(went);
  });

  it('tells highlights from bookmarks in the answer to a one-call sync', () => {
    const answer = { books: [{ hash: 'a', annotations: { toApply }, bookmarks: { toApply: { add: [{}] } } }] };
    expect(noteOf('sync', { books: [{ hash: 'a' }] }, answer).went).toEqual({
      annotations: 2,
      bookmarks: 1,
      deletes: 1,
    });
  });
});
