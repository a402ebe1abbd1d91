/** Letters that no decomposition takes to their plain form. */
const PLAIN_LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

/**
 * A title or name as it is compared: without case, accents, apostrophes and punctuation, words parted by one space.
 * Vowel signs of Indic scripts and the marks of kana stay, since they make other words.
 */
export function foldName(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u064b-\u0652\u0640]/g, '')
    .toLowerCase()
    .replace(/[ßæœøđðłþı]/g, (letter) => PLAIN_LETTERS[letter] ?? letter)
    .replace(/['’‘ʼ`´]/g, '')
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim();
}

/** Whether two titles are the same but for case, accents and punctuation. Empty ones agree with nothing. */
export function titlesAgree(a: string | undefined, b: string | undefined): boolean {
  const folded = foldName(a ?? '');
  return folded !== '' && folded === foldName(b ?? '');
}

/**
 * Whether the authors a device sent are those of a book: every name of the shorter list is in the longer one. Names are
 * compared by their words, so "Wodehouse, P. G." is "P. G. Wodehouse". KOReader parts authors by line breaks; a comma may
 * part two people or the family name from the given one, so both readings are tried.
 */
export function authorsAgree(sent: string | undefined, known: readonly string[]): boolean {
  const people = new Set(known.map(personKey).filter(Boolean));
  if (!sent || people.size === 0) return false;
  return authorListsOf(sent).some((names) => listsAgree(new Set(names.map(personKey).filter(Boolean)), people));
}

function authorListsOf(sent: string): string[][] {
  const lines = sent.split(/[\n\r;&]+/);
  return [lines, lines.flatMap((line) => line.split(','))];
}

function listsAgree(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [shorter, longer] = a.size < b.size ? [a, b] : [b, a];
  return shorter.size > 0 && [...shorter].every((name) => longer.has(name));
}

function personKey(name: string): string {
  return foldName(name).split(' ').sort().join(' ');
}
