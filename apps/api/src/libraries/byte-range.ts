/** What a `Range` header asks for. Bytes from `start` to `end`, both included. */
export type ByteRange =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly start: number; readonly end: number }
  | { readonly kind: 'unsatisfiable' };

const WHOLE: ByteRange = { kind: 'whole' };

/**
 * Reads a `Range` header for a file of `size` bytes. Several ranges at once, other units and what is not understood are answered with the
 * whole file, as RFC 9110 allows.
 */
export function parseByteRange(header: string | undefined, size: number): ByteRange {
  const match = /^bytes=\s*(\d{0,15})\s*-\s*(\d{0,15})\s*$/i.exec(header ?? '');
  if (!match) return WHOLE;
  const [, first = '', last = ''] = match;
  if (first === '') return last === '' ? WHOLE : lastBytes(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return WHOLE;
  return start < size ? { kind: 'part', start, end } : { kind: 'unsatisfiable' };
}

function lastBytes(count: number, size: number): ByteRange {
  if (count === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', start: Math.max(0, size - count), end: size - 1 };
}

/** Whether a list of entity tags (`If-None-Match`) names this one; a weak tag counts as the strong one. */
export function namesTag(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);
}

/** Whether `If-Range` still holds, so that a part may be sent: the very tag, or the very time. Absent, it always does. */
export function holdsIfRange(header: string | undefined, tag: string, lastModified: string): boolean {
  return header === undefined || header === tag || header === lastModified;
}

/** `Content-Disposition` for a download under this name: plain for old clients, in UTF-8 for all others. */
export function attachment(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["%\\/]/g, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
