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
  // Letters of formulas, which crengine puts in place of plain ones.
  if (code >= 0x1d400 && code < 0x1d800) return character.normalize('NFKC');
  return character;
}

function isAsciiWord(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39);
}
