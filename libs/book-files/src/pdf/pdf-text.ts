import { TextDecoder } from 'node:util';

/** Where PDFDocEncoding differs from Latin-1: 0x18–0x1f and 0x80–0xa0. */
const FROM_18 = '˘ˇˆ˙˝˛˚˜';
const FROM_80 = '•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\uFFFD€';

/** The text of a PDF string: UTF-16 or UTF-8 where it is marked so, else PDFDocEncoding. */
export function pdfText(bytes: Buffer): string {
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return withoutLanguage(new TextDecoder('utf-16be').decode(bytes));
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return withoutLanguage(new TextDecoder('utf-16le').decode(bytes));
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return new TextDecoder('utf-8').decode(bytes);
  return Array.from(bytes, documentCharacter).join('');
}

function documentCharacter(byte: number): string {
  if (byte >= 0x18 && byte < 0x20) return FROM_18[byte - 0x18] ?? '';
  if (byte >= 0x80 && byte <= 0xa0) return FROM_80[byte - 0x80] ?? '';
  return String.fromCharCode(byte);
}

/** Escape, language code, escape: may stand anywhere in such a text. */
function withoutLanguage(text: string): string {
  return text.replace(/\u001b[A-Za-z-]{2,8}\u001b/g, '');
}
