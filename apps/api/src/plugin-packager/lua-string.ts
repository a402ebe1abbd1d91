/** @returns A Lua string literal of the text's UTF-8 bytes, safe whatever they are. */
export function luaString(text: string): string {
  const escaped = [...Buffer.from(text, 'utf8')].map((byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    return isPlain ? String.fromCharCode(byte) : `\\${String(byte).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}
