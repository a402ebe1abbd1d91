/** How many bytes at the start of a document are looked at for what it says about its encoding. */
const DECLARATION_BYTES = 2048;

/**
 * Decodes a content document as crengine does: UTF-16 by its byte order, then what the XML declaration or else `<meta>` declares, then
 * UTF-8 where the bytes are that, and Windows-1252 where not. Never throws; bytes that mean nothing become U+FFFD.
 */
export function decodeDocument(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return decodeAs(bytes, utf16) ?? '';
  const head = asAscii(bytes.subarray(0, DECLARATION_BYTES)).toLowerCase();
  const declared = declaredEncoding(head);
  const decoded = declared === undefined ? undefined : decodeAs(bytes, declared);
  return decoded ?? decodeUnlabelled(bytes);
}

function utf16Of(bytes: Uint8Array): string | undefined {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0x3c && second === 0 && third === 0x3f) return 'utf-16le';
  if (first === 0 && second === 0x3c && third === 0) return 'utf-16be';
  return undefined;
}

function declaredEncoding(head: string): string | undefined {
  const xml = /<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/.exec(head)?.[1];
  if (xml !== undefined) return xml.trim();
  return /<meta[^>]*\scharset\s*=\s*["']?\s*([a-z0-9_:.-]+)/.exec(head)?.[1] ?? metaContentType(head);
}

function metaContentType(head: string): string | undefined {
  return /<meta[^>]*content\s*=\s*["'][^"']*charset\s*=\s*([a-z0-9_:.-]+)/.exec(head)?.[1];
}

function decodeAs(bytes: Uint8Array, label: string): string | undefined {
  // A declaration that could be read byte by byte cannot mean two bytes a character.
  const usable = label.startsWith('utf-16') && utf16Of(bytes) === undefined ? 'utf-8' : label;
  try {
    return new TextDecoder(usable).decode(bytes);
  } catch {
    return undefined;
  }
}

function decodeUnlabelled(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function asAscii(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes);
}
