import { createHash } from 'node:crypto';

const SYLLABLES = 'ba de fi go lu ma ne pi ro su ta ve wi yo ka le mi no pu ra'.split(' ');
const WORDS_A_PARAGRAPH = 60;

/**
 * Text that compresses about as well as a novel does. The same seed gives the same text, another one another.
 *
 * @param seed Anything.
 * @param characters About how long it gets; a blank line stands between paragraphs.
 */
export function proseOf(seed: string, characters: number): string {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) || 1;
  const next = (below: number) => {
    // Xorshift: fast, and good enough to look like words.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const paragraphs: string[] = [];
  for (let length = 0; length < characters;) {
    const words = Array.from({ length: WORDS_A_PARAGRAPH }, () =>
      Array.from({ length: 1 + next(3) }, () => SYLLABLES[next(SYLLABLES.length)]).join(''),
    );
    const paragraph = `${words.join(' ')}.`;
    paragraphs.push(paragraph);
    length += paragraph.length + 2;
  }
  return paragraphs.join('\n\n');
}
