const MADE_ON_DOS = 0;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const dosCyrillic = new TextDecoder('ibm866');
const windowsCyrillic = new TextDecoder('windows-1251');

/**
 * The text of an entry's name. Like crengine: UTF-8 where it is valid, else the code page of the system that made the
 * entry, so that the names agree with what KOReader finds. Backslashes become slashes; "./" and "/" in front go.
 */
export function decodeEntryName(bytes: Buffer, madeOn: number): string {
  return decodeText(bytes, madeOn)
    .replaceAll('\\', '/')
    .replace(/^(?:\.?\/)+/, '');
}

function decodeText(bytes: Buffer, madeOn: number): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return (madeOn === MADE_ON_DOS ? dosCyrillic : windowsCyrillic).decode(bytes);
  }
}
