/**
 * A path's bytes as text that Postgres can keep, and back without loss. On Linux a name is any bytes; what is no UTF-8 is written as
 * characters of a private block, one a byte. Names that use that block themselves are written the same way.
 */
const ESCAPES_FROM = 0x10fe00;
const ESCAPES_TO = 0x10feff;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @returns The text of a path's bytes; plain for every path that is UTF-8. */
export function pathTextFromBytes(bytes: Uint8Array): string {
  const whole = decoded(bytes);
  if (whole !== undefined && !hasEscape(whole)) return whole;
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const length = lengthOfCharacter(bytes[at] ?? 0);
    const character = at + length <= bytes.length ? decoded(bytes.subarray(at, at + length)) : undefined;
    if (character !== undefined && !hasEscape(character)) {
      text += character;
      at += length;
    } else {
      text += String.fromCodePoint(ESCAPES_FROM + (bytes[at] ?? 0));
      at += 1;
    }
  }
  return text;
}

/** @returns The bytes a text of {@link pathTextFromBytes} stands for. */
export function bytesFromPathText(text: string): Buffer {
  if (!hasEscape(text)) return Buffer.from(text);
  const parts = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return isEscape(code) ? Buffer.of(code - ESCAPES_FROM) : Buffer.from(character);
  });
  return Buffer.concat(parts);
}

/** @returns The text for people: U+FFFD for what is no text, and for control characters that would garble a page. */
export function displayText(text: string): string {
  return Array.from(text, (character) =>
    isEscape(character.codePointAt(0) ?? 0) ? '\uFFFD' : character.replace(/\p{Cc}/u, ' '),
  ).join('');
}

/** Whether the path can be given to functions that take text. */
export function isPlainPath(text: string): boolean {
  return !hasEscape(text);
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}

function isEscape(code: number): boolean {
  return code >= ESCAPES_FROM && code <= ESCAPES_TO;
}

function hasEscape(text: string): boolean {
  return /[\u{10fe00}-\u{10feff}]/u.test(text);
}

/** Bytes of the UTF-8 character that starts with this byte; 1 for a byte none starts with. */
function lengthOfCharacter(first: number): number {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}
