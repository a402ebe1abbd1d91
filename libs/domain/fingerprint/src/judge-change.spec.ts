import { judgeChange, type FileFacts } from './judge-change.ts';

const TEXT = ['00000001-64', '00000002-64', '00000003-64', '00000004-64', '00000005-64'];
const ANOTHER_TEXT = ['00000011-64', '00000012-64', '00000013-64'];
const EMMA = facts({ title: 'Emma', authors: ['Jane Austen'], contentSignature: TEXT });

describe('a changed file at the same path', () => {
  it.each<[string, FileFacts, FileFacts]>([
    [
      'its text stayed and only the metadata was edited',
      EMMA,
      { ...EMMA, title: 'Emma (annotated)', authors: ['J. A.'] },
    ],
    ['it lost most of its chapters', EMMA, { ...EMMA, title: 'x', contentSignature: TEXT.slice(0, 3) }],
    ['it was converted anew under the same title', EMMA, { ...EMMA, contentSignature: ANOTHER_TEXT }],
    [
      'an identifier stayed, however it is written',
      facts({ identifiers: ['urn:isbn:978-0-14-143958-7'], contentSignature: TEXT, title: 'Emma' }),
      facts({ identifiers: ['9780141439587'], contentSignature: ANOTHER_TEXT, title: 'Emma: a novel' }),
    ],
    [
      'a PDF got a new title but kept its pages',
      facts({ title: 'scan0001', pageCount: 300 }),
      facts({ title: 'Emma', pageCount: 300 }),
    ],
    ['a PDF without a title got highlights', facts({ pageCount: 300 }), facts({ pageCount: 300 })],
    ['there is nothing to compare', facts({}), facts({ title: 'Emma' })],
  ])('is the same work when %s', (_, before, after) => {
    expect(judgeChange(before, after).kind).toBe('rewritten');
  });

  it.each<[string, FileFacts, FileFacts]>([
    ['text and title are others', EMMA, { ...EMMA, title: 'Persuasion', contentSignature: ANOTHER_TEXT }],
    [
      'text and author are others',
      EMMA,
      { ...EMMA, authors: ['Alexander McCall Smith'], contentSignature: ANOTHER_TEXT },
    ],
    [
      'only a template’s identifier stayed',
      facts({ identifiers: ['unknown'], contentSignature: TEXT, title: 'Emma' }),
      facts({ identifiers: ['unknown'], contentSignature: ANOTHER_TEXT, title: 'Persuasion' }),
    ],
    [
      'title and pages of a PDF are others',
      facts({ title: 'Emma', pageCount: 300 }),
      facts({ title: 'Persuasion', pageCount: 280 }),
    ],
  ])('is another book when %s', (_, before, after) => {
    expect(judgeChange(before, after).kind).toBe('replaced');
  });
});

function facts(known: Partial<FileFacts>): FileFacts {
  return { authors: [], identifiers: [], ...known };
}
