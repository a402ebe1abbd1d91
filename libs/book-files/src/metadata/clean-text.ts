/** Longest texts kept of a book's metadata, in UTF-16 units; what is longer is a fault or an attack. */
export const LONGEST_TITLE = 500;
export const LONGEST_NAME = 250;
export const LONGEST_DESCRIPTION = 20_000;

/** One trimmed line that any database and page takes: no control characters, lone surrogates or runs of spaces. */
export function cleanLine(text: string | undefined, maxLength: number): string | undefined {
  if (text === undefined) return undefined;
  return (
    cut(
      storable(text.slice(0, maxLength * 4))
        .replace(/\s+/g, ' ')
        .trim(),
      maxLength,
    ) || undefined
  );
}

/** Like {@link cleanLine}, but keeps single line breaks. */
export function cleanParagraphs(text: string | undefined, maxLength: number): string | undefined {
  if (text === undefined) return undefined;
  const lines = storable(text.slice(0, maxLength * 4))
    .split(/[\r\n]+/)
    .map((line) => line.replace(/\s+/g, ' ').trim());
  return cut(lines.filter((line) => line !== '').join('\n'), maxLength) || undefined;
}

/** Postgres refuses NUL and lone surrogates; other controls and bidi overrides would upset a page. */
function storable(text: string): string {
  return text.replace(/[^\P{Cc}\t\n\r]/gu, ' ').replace(/[\p{Cs}\uFEFF\u202A-\u202E\u2066-\u2069]/gu, '');
}

/** Never in the middle of a character. */
function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = /[\uD800-\uDBFF]$/.test(text.slice(0, maxLength - 1)) ? maxLength - 2 : maxLength - 1;
  return `${text.slice(0, end).trimEnd()}…`;
}
