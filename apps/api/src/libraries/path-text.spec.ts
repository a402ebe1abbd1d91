import fc from 'fast-check';
import { bytesFromPathText, displayText, isPlainPath, pathTextFromBytes } from './path-text.ts';

const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.string({ unit: 'binary' }).map((text) => new Uint8Array(Buffer.from(text))),
  fc.constant(new Uint8Array(Buffer.from('a\u{10fe41}b'))),
);

describe('the text of a path', () => {
  it('gives back the very bytes, whatever they are', () =>
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect([...bytesFromPathText(pathTextFromBytes(bytes))]).toEqual([...bytes]);
      }),
    ));

  it('is different for different bytes', () =>
    fc.assert(
      fc.property(anyBytes, anyBytes, (one, other) => {
        expect(pathTextFromBytes(one) === pathTextFromBytes(other)).toBe(Buffer.from(one).equals(Buffer.from(other)));
      }),
    ));

  it('can always be kept by Postgres', () =>
    fc.assert(fc.property(anyBytes, (bytes) => expect(pathTextFromBytes(bytes).isWellFormed()).toBe(true))));

  it('is the plain name for every name that is UTF-8', () => {
    expect(pathTextFromBytes(Buffer.from('Ünï/\u202eعربي 小説.epub'))).toBe('Ünï/\u202eعربي 小説.epub');
  });

  it('shows bytes that are no text as replacement marks', () => {
    const text = pathTextFromBytes(Buffer.from('caf\xe9\n.epub', 'latin1'));
    expect(isPlainPath(text)).toBe(false);
    expect(displayText(text)).toBe('caf\uFFFD .epub');
  });
});
