import { TextDecoder } from 'node:util';

const SNIFF_BYTES = 1024;

/**
 * The text of an XML file of any common encoding. In this order: byte order mark, zero bytes of UTF-16 without one, UTF-8
 * when it is valid (many files that declare another are), the declared encoding, Windows-1252. Never throws.
 * With `isCut` the bytes are only the start of the file, so they may end inside a character.
 */
export function decodeXmlText(bytes: Uint8Array, { isCut = false } = {}): string {
  return decoderForXml(bytes, { isCut })
    .decode(bytes, { stream: isCut })
    .replace(/^\uFEFF/, '');
}

/** A decoder for the whole of a file whose start is `head`; {@link decodeXmlText} says how it is chosen. */
export function decoderForXml(head: Uint8Array, { isCut = false } = {}): TextDecoder {
  const start = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, SNIFF_BYTES));
  const wide = wideEncodingOf(start);
  if (wide !== undefined) return new TextDecoder(wide);
  const declared = declaredEncodingOf(start);
  if (isUtf8(head, isCut)) return new TextDecoder('utf-8');
  return singleByteDecoder(declared);
}

function wideEncodingOf(start: Buffer): string | undefined {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start.length < 4) return undefined;
  if (start[0] !== 0 && start[1] === 0 && start[2] !== 0 && start[3] === 0) return 'utf-16le';
  if (start[0] === 0 && start[1] !== 0 && start[2] === 0 && start[3] !== 0) return 'utf-16be';
  return undefined;
}

function declaredEncodingOf(start: Buffer): string | undefined {
  const declaration = /^[^<]{0,16}<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})/i.exec(
    start.toString('latin1'),
  );
  return declaration?.[1]?.toLowerCase();
}

function isUtf8(bytes: Uint8Array, isCut: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return true;
  } catch {
    return false;
  }
}

function singleByteDecoder(declared: string | undefined): TextDecoder {
  // Bytes that are not UTF-8 although the file says so are nearly always Windows-1252.
  if (declared === undefined || /^utf-?8$|^us-ascii$|^utf-16|^ucs|^iso-10646/.test(declared)) {
    return new TextDecoder('windows-1252');
  }
  try {
    return new TextDecoder(declared);
  } catch {
    return new TextDecoder('windows-1252');
  }
}
