/**
 * Folds text for comparing: only letters, digits and the marks of scripts that spell with them are left, Latin ones without accents.
 * White space, punctuation and soft hyphens, which readers and tools treat each in their own way, count for nothing.
 */
export function foldText(text: string): string {
  let folded = '';
  for (const character of text) folded += foldCharacter(character);
  return folded;
}

const LETTER = /[\p{L}\p{N}\p{M}]/u;

/** What is left of one character: one character or none. */
export function foldCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return isAsciiWord(code) ? character : '';
  // Letters may come with their accent or with the accent behind them.
  if (code >= 0x300 && code < 0x370) return '';
  if (!LETTER.test(character)) return '';
  if (code < 0x250 || (code >= 0x1e00 && code < 0x1f00)) return character.normalize('NFD').charAt(0);
  const plain = plainCharacter(character);
  return plain === character ? character : foldCharacter(plain);
}

/**
 * The plain character for one of formulas: crengine shows an italic letter in place of each, and the sign for a hyphen. Any other
 * character is its own.
 */
export function plainCharacter(character: string): string {
  if (character === '\u2212') return '-';
  const code = character.codePointAt(0) ?? 0;
  if (!isMathematical(code)) return character;
  const [plain = character, ...more] = Array.from(character.normalize('NFKC'));
  return more.length === 0 ? plain : character;
}

/** Letters like the italic h that were there before the others, then the Latin, Greek and Arabic ones of formulas. */
function isMathematical(code: number): boolean {
  return (
    (code >= 0x2100 && code < 0x2150) || (code >= 0x1d400 && code < 0x1d800) || (code >= 0x1ee00 && code < 0x1ef00)
  );
}

function isAsciiWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
}
