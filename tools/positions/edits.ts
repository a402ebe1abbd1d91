import {
  buildDocumentIndex,
  type DocumentIndex,
  type DocumentSource,
  type PositionedBook,
} from '@bookorbit/domain-positions';
import type { EpubBook } from './epub-book.ts';

/** What happens to books between two readings. */
export const EDITS = ['metadata', 'reflowed', 'restyled', 'title page', 'typo'] as const;
export type Edit = (typeof EDITS)[number];

const TITLE_PAGE =
  '<html><head><title>Title</title></head><body><h1>A title page of another edition</h1></body></html>';

/** The same book after an edit. `at` is where in its document the place is that is looked for, so that a typo can be put near it. */
export class EditedBook implements PositionedBook {
  readonly spine: PositionedBook['spine'];
  private readonly book: EpubBook;
  private readonly edit: Edit;
  private readonly at: { readonly spineIndex: number; readonly offset: number };
  private readonly texts = new Map<number, string | undefined>();

  constructor(book: EpubBook, edit: Edit, at: { readonly spineIndex: number; readonly offset: number }) {
    this.book = book;
    this.edit = edit;
    this.at = at;
    this.spine = editedSpine(book.spine, edit);
  }

  async loadDocument(spineIndex: number): Promise<DocumentIndex> {
    const source = await this.sourceOf(spineIndex);
    return buildDocumentIndex(source);
  }

  async loadText(spineIndex: number): Promise<string | undefined> {
    if (!this.texts.has(spineIndex)) this.texts.set(spineIndex, (await this.sourceOf(spineIndex)).text);
    return this.texts.get(spineIndex);
  }

  private async sourceOf(spineIndex: number): Promise<DocumentSource> {
    if (this.edit === 'title page' && spineIndex === 0) {
      return { text: TITLE_PAGE, path: 'title.xhtml', mediaType: 'application/xhtml+xml', idref: 'title' };
    }
    const original = this.edit === 'title page' ? spineIndex - 1 : spineIndex;
    const source = await this.book.documentSource(original);
    if (source.text === undefined) return source;
    switch (this.edit) {
      case 'reflowed':
        return { ...source, text: reflowed(source.text) };
      case 'restyled':
        return { ...source, styleSheets: [] };
      case 'typo':
        return original === this.at.spineIndex ? { ...source, text: withTypo(source.text, this.at.offset) } : source;
      case 'metadata':
      case 'title page':
        return source;
    }
  }
}

function editedSpine(spine: PositionedBook['spine'], edit: Edit): PositionedBook['spine'] {
  if (edit === 'metadata') {
    return { ...spine, items: spine.items.map((item) => ({ ...item, itemrefId: undefined })) };
  }
  if (edit !== 'title page') return spine;
  const title = {
    idref: 'title',
    itemrefPosition: 1,
    inManifest: true,
    href: 'title.xhtml',
    zipPath: 'title.xhtml',
    mediaType: 'application/xhtml+xml',
  };
  return {
    ...spine,
    items: [title, ...spine.items.map((item) => ({ ...item, itemrefPosition: item.itemrefPosition + 1 }))],
  };
}

/** Wraps the lines of all text anew, as pretty-printers do; what is preformatted, and markup itself, stays. */
export function reflowed(source: string): string {
  const pieces = source.split(
    /(<(?:pre|script|style|textarea)\b[\s\S]*?<\/(?:pre|script|style|textarea)>|<!--[\s\S]*?-->|<[^>]*>)/i,
  );
  let words = 0;
  return pieces
    .map((piece, index) =>
      index % 2 === 1 ? piece : piece.replace(/[ \t\r\n]+/g, () => (++words % 7 === 0 ? '\n    ' : ' ')),
    )
    .join('');
}

/** Puts one letter more into the text in front of an offset, twenty characters away or as near to that as there is text. */
export function withTypo(source: string, offset: number): string {
  const start = source.lastIndexOf('>', offset - 1) + 1;
  const at = Math.max(start, offset - 20);
  // Neither into a reference nor between the halves of a surrogate pair.
  const safe = source.slice(start, at).lastIndexOf('&') >= 0 || at >= offset ? start : at;
  const low = source.charCodeAt(safe);
  return source.slice(0, safe) + (low >= 0xdc00 && low <= 0xdfff ? '' : 'x') + source.slice(safe);
}
