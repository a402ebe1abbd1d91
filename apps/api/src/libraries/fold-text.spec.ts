import { authorSortKey, foldText, groupKey, sortKey, titleSortKey } from './fold-text.ts';

describe('folding', () => {
  it.each([
    ['Les Misérables', 'les miserables'],
    ['  STRAẞE \n zwei', 'strasse zwei'],
    ['Æneis', 'aeneis'],
    ['吾輩は猫である', '吾輩は猫である'],
    ['ﬁne', 'fine'],
  ])('folds %j to %j', (text, folded) => expect(foldText(text)).toBe(folded));

  it('sorts numbers by their value', () => {
    expect(['Volume 10', 'Volume 2'].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))).toEqual([
      'Volume 2',
      'Volume 10',
    ]);
  });

  it('cuts a monstrous title without leaving half a character', () => {
    const key = sortKey('😀'.repeat(64_000) + 'x');
    expect(key.length).toBeLessThanOrEqual(200);
    expect(sortKey('x' + '😀'.repeat(64_000)).isWellFormed()).toBe(true);
  });
});

describe('the sort key of a title', () => {
  it.each([
    ['The Hobbit', 'en', 'hobbit'],
    ["L'Étranger", 'fr', 'etranger'],
    ['Die Verwandlung', 'de', 'verwandlung'],
    ['Die Hard', 'en', 'die hard'],
    ['«The End»', undefined, 'end»'],
    ['The', 'en', 'the'],
    ['A', 'pt', 'a'],
  ])('of %j in %s is %j', (title, language, key) => expect(titleSortKey(title, language)).toBe(key));
});

describe('the sort key of an author', () => {
  it.each([
    ['P. G. Wodehouse', 'wodehouse p. g.'],
    ['Wodehouse, P. G.', 'wodehouse, p. g.'],
    ['Homer', 'homer'],
  ])('of %j is %j', (name, key) => expect(authorSortKey(name)).toBe(key));
});

describe('the group key', () => {
  it('is the same however title and names are written', () => {
    expect(groupKey('Love among the chickens!', ['Wodehouse, P. G.'])).toBe(
      groupKey('Love Among the Chickens', ['P. G. Wodehouse']),
    );
  });

  it('tells other authors apart', () => {
    expect(groupKey('Poems', ['A. Poet'])).not.toBe(groupKey('Poems', ['B. Poet']));
  });

  it('does not exist without a real author', () => {
    expect(groupKey('Manual', [])).toBeUndefined();
    expect(groupKey('Manual', ['Unknown'])).toBeUndefined();
    expect(groupKey('…', ['Ann'])).toBeUndefined();
  });
});
