import fc from 'fast-check';
import { authorsAgree, foldName, titlesAgree } from './name-agreement.ts';

describe('titles', () => {
  it.each([
    ['Alice’s Adventures in Wonderland', "ALICE'S ADVENTURES IN WONDERLAND"],
    ['Os Lusíadas', 'os lusiadas'],
    ['Ang "Filibusterismo" (Karugtóng)', 'Ang Filibusterismo, Karugtong'],
    ['Straße', 'STRASSE'],
    ['Smørrebrød & Œuvre', 'smorrebrod / oeuvre'],
    ['Ёлка', 'елка'],
  ])('%s agrees with %s', (a, b) => {
    expect(titlesAgree(a, b)).toBe(true);
  });

  it.each([
    ['Dune', 'Dune Messiah'],
    ['', ''],
    ['?!', '...'],
    ['नदी', 'नाद'],
    ['がく', 'かく'],
  ])('%s does not agree with %s', (a, b) => {
    expect(titlesAgree(a, b)).toBe(false);
  });

  it('fold to the same however often they are folded', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(foldName(foldName(text))).toBe(foldName(text))),
    ));
});

describe('authors', () => {
  it.each([
    ['Wodehouse, P. G.', ['P. G. Wodehouse']],
    ['P.G. Wodehouse', ['P. G. Wodehouse']],
    ['Alexandre Dumas\nAuguste Maquet', ['Auguste Maquet', 'Alexandre Dumas']],
    ['Alexandre Dumas, Auguste Maquet', ['Dumas, Alexandre', 'Maquet, Auguste']],
    ['Terry Pratchett & Neil Gaiman', ['Neil Gaiman', 'Terry Pratchett']],
    ['JOSÉ RIZAL', ['Jose Rizal', 'Charles Derbyshire']],
    ['夏目 漱石', ['夏目 漱石']],
  ])('%s are those of a book by %j', (sent, known) => {
    expect(authorsAgree(sent, known)).toBe(true);
  });

  it.each([
    ['Jane Austen', ['Jane Eyre']],
    ['', ['Jane Austen']],
    [undefined, ['Jane Austen']],
    ['Jane Austen', []],
    ['Terry Pratchett\nSomebody Else', ['Terry Pratchett', 'Neil Gaiman']],
    [' , ; ', [',']],
  ])('%s are not those of a book by %j', (sent, known) => {
    expect(authorsAgree(sent, known)).toBe(false);
  });
});
