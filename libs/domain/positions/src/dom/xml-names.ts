const NAME_START =
  /[\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]/u;
const NAME_PART = /[\xb7\u0300-\u036f\u203f\u2040]/u;
const IS_START = 1;
const IS_PART = 2;

const ASCII = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return /[A-Za-z_]/.test(character) ? IS_START | IS_PART : /[-.0-9]/.test(character) ? IS_PART : 0;
});

/** End of the XML name without colons that starts at an offset, which is the offset itself where none does. */
export function endOfXmlName(source: string, from: number): number {
  let at = from;
  while (at < source.length) {
    const code = source.charCodeAt(at);
    if (code >= 128) {
      const character = String.fromCodePoint(source.codePointAt(at) ?? 0);
      if (!NAME_START.test(character) && (at === from || !NAME_PART.test(character))) return at;
      at += character.length;
      continue;
    }
    if (((ASCII[code] ?? 0) & (at === from ? IS_START : IS_PART)) === 0) return at;
    at += 1;
  }
  return at;
}

/** The same for a name that may have one prefix. */
export function endOfQualifiedName(source: string, from: number): number {
  const end = endOfXmlName(source, from);
  if (end === from || source[end] !== ':') return end;
  const local = endOfXmlName(source, end + 1);
  return local === end + 1 ? from : local;
}
