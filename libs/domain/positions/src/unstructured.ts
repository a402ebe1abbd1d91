/**
 * Places in books that KOReader and other readers share no structure of. FB2, MOBI and AZW3 are laid out from different trees in
 * different readers, so that only the share of the book is common to all; PDFs and comics have pages.
 */
export type UnstructuredPosition =
  | { readonly kind: 'share'; /** 0–1 */ readonly percentage: number }
  | {
      readonly kind: 'page';
      /** 1-based. */
      readonly page: number;
      /** In the page's own units, from the upper left corner. */
      readonly point?: { readonly x: number; readonly y: number };
    };

/** What a position is worth in another reader, and where it is there. */
export interface UnstructuredTranslation {
  readonly kind: 'exact' | 'nearby' | 'lost';
  readonly position?: UnstructuredPosition;
}

/** Carries a share of the book over to another reader: always only near, as each reader counts in its own way. */
export function translateShare(percentage: number): UnstructuredTranslation {
  if (!Number.isFinite(percentage)) return { kind: 'lost' };
  return { kind: 'nearby', position: { kind: 'share', percentage: Math.min(1, Math.max(0, percentage)) } };
}

/** Carries a page of a PDF or a comic over: pages are the same everywhere, and one past the end is brought to the last. */
export function translatePage(
  written: string | number,
  pages: number,
  point?: { x: number; y: number },
): UnstructuredTranslation {
  const page = typeof written === 'number' ? written : /^\s*\d+\s*$/.test(written) ? Number(written) : Number.NaN;
  if (!Number.isInteger(page) || pages < 1) return { kind: 'lost' };
  const there = Math.min(pages, Math.max(1, page));
  if (there !== page) return { kind: 'nearby', position: { kind: 'page', page: there } };
  return { kind: 'exact', position: { kind: 'page', page, ...(point === undefined ? {} : { point }) } };
}
