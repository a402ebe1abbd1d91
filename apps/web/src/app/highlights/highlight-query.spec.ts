import {
  type HighlightAddress,
  addressFromChoice,
  amongOthers,
  choiceFromAddress,
  isNarrowed,
} from './highlight-query.ts';

const EMPTY: HighlightAddress = {
  q: undefined,
  book: undefined,
  color: undefined,
  style: undefined,
  device: undefined,
  source: undefined,
  note: undefined,
  quality: undefined,
  from: undefined,
  to: undefined,
  sort: undefined,
  kind: undefined,
  view: undefined,
};

const FULL: HighlightAddress = {
  q: 'rabbit hole',
  book: '7',
  color: 'red',
  style: 'squiggly',
  device: 'KOBO',
  source: 'koreader',
  note: 'no',
  quality: 'failed',
  from: '2026-01-01',
  to: '2026-02-28',
  sort: 'page',
  kind: 'bookmark',
  view: 'trash',
};

describe('the address of the highlights page', () => {
  it('goes round without losing anything', () => {
    const choice = choiceFromAddress(FULL);
    expect(choice).toMatchObject({ bookId: 7, hasNote: false, state: 'trash', kind: 'bookmark' });
    expect(addressFromChoice(choice)).toEqual({ ...FULL, book: 7 });
  });

  it('says nothing of what is as usual', () => {
    const choice = choiceFromAddress(EMPTY);
    expect(isNarrowed(choice)).toBe(false);
    expect(Object.values(addressFromChoice(choice)).every((value) => value === null)).toBe(true);
  });

  it('goes to the trash and to bookmarks with the same words and filters, but for the colours bookmarks do not have', () => {
    const choice = choiceFromAddress({ ...FULL, kind: undefined, view: undefined });
    const trash = addressFromChoice(amongOthers(choice, { kind: 'highlight', state: 'trash' }));
    expect(trash).toEqual({ ...FULL, book: 7, kind: null });
    const bookmarks = addressFromChoice(amongOthers(choice, { kind: 'bookmark', state: 'active' }));
    expect(bookmarks).toEqual({ ...FULL, book: 7, color: null, style: null, view: null });
  });

  it.each([
    ['book', '-3'],
    ['book', 'x'],
    ['style', 'bold'],
    ['quality', 'perfect'],
    ['from', '2026-13-41'],
    ['to', 'yesterday'],
    ['note', 'maybe'],
    ['source', 'paper'],
  ] as const)('does not mind a %s of “%s”', (name, value) => {
    expect(isNarrowed(choiceFromAddress({ ...EMPTY, [name]: value }))).toBe(false);
  });
});
