import { SentenceSplitter } from './sentences.ts';

describe('sentences of a KEPUB', () => {
  it.each([
    ['One. Two.', ['One. ', 'Two.']],
    ['“One.” Two', ['“One.” ', 'Two']],
    ['One.”’ Two', ['One.”’ Two']],
    ['What?! No.', ['What?! ', 'No.']],
    ['a.b c. d', ['a.b c. ', 'd']],
    ['One.\u00a0Two', ['One.\u00a0Two']],
    ['One.   \n Two', ['One.   \n ', 'Two']],
    ['. . .', ['. ', '. ', '.']],
    ['no end', ['no end']],
  ])('%j is cut behind its stops', (text, sentences) => {
    expect(split(text)).toEqual(sentences);
  });
});

function split(text: string): string[] {
  const splitter = new SentenceSplitter();
  const found: string[] = [];
  for (const character of text) {
    if (splitter.startsSentence(character) || found.length === 0) found.push(character);
    else found.push((found.pop() ?? '') + character);
  }
  return found;
}
