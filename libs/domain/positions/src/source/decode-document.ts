import { engineDecoderOf, isWideName } from './engine-encodings.ts';

/** How many bytes at the start of a document are looked at for what it says about its encoding. */
const DECLARATION_BYTES = 2048;

/**
 * Decodes a content document as crengine does: UTF-16 by its byte order, then what the XML declaration or else `<meta>` declares, then
 * UTF-8 where the bytes are that, and Windows-1252 where not. A name crengine does not know counts only where the bytes are no UTF-8: it
 * shows question marks then, one for a byte. Never throws; bytes that mean nothing become U+FFFD.
 */
export function decodeDocument(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return decodeAs(bytes, utf16) ?? '';
  const head = asAscii(bytes.subarray(0, DECLARATION_BYTES)).toLowerCase();
  const declared = declaredEncoding(head);
  if (declared === undefined) return decodeUnlabelled(bytes);
  // Bytes that were read one by one up to here cannot mean more, but to crengine they do.
  if (isWideName(declared)) return decodeAs(bytes, 'utf-16le') ?? '';
  const known = engineDecoderOf(declared);
  return decodeAs(bytes, known ?? 'utf-8', known === undefined) ?? decodeUnlabelled(bytes, declared);
}

function utf16Of(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const start = asAscii(bytes.subarray(0, 6));
  if (start === '<\0?\0x\0') return 'utf-16le';
  return start === '\0<\0?\0x' ? 'utf-16be' : undefined;
}

function declaredEncoding(head: string): string | undefined {
  const xml = /<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1];
  if (xml !== undefined) return xml.trim();
  const meta = /<meta[^>]*\scharset\s*=\s*["']?\s*([a-z0-9_:.-]+)/.exec(head)?.[1] ?? metaContentType(head);
  // Here crengine does not believe it.
  return meta === 'utf-16' ? undefined : meta;
}

function metaContentType(head: string): string | undefined {
  return /<meta[^>]*content\s*=\s*["'][^"']*charset\s*=\s*([a-z0-9_:.-]+)/.exec(head)?.[1];
}

function decodeAs(bytes: Uint8Array, label: string, fatal = false): string | undefined {
  try {
    return new TextDecoder(label, { fatal }).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeUnlabelled(bytes: Uint8Array, label = 'windows-1252'): string {
  return decodeAs(bytes, 'utf-8', true) ?? decodeAs(bytes, label) ?? new TextDecoder('windows-1252').decode(bytes);
}

function asAscii(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
