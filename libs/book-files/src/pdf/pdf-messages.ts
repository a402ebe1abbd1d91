/** What the PDF worker can be asked of the one file it is lent at a time. */
export type PdfQuestion =
  | { readonly kind: 'facts' }
  /** the first page as a picture, at most `maxEdge` pixels on its longer edge */
  | { readonly kind: 'picture'; readonly maxEdge: number };

export type PdfAnswer =
  | { readonly kind: 'facts'; readonly facts: PdfFacts }
  | { readonly kind: 'picture'; readonly png: Uint8Array }
  /** pdf.js cannot open the file; `message` is its own */
  | { readonly kind: 'locked' | 'damaged'; readonly message: string };

/** What pdf.js reads of a PDF, as written in it. */
export interface PdfFacts {
  readonly pageCount: number;
  readonly title?: string;
  readonly author?: string;
  readonly subject?: string;
  readonly keywords?: string;
  readonly language?: string;
  /** the XMP packet */
  readonly xmp?: string;
}

/** `job` numbers the questions, so that what comes late for an earlier one is known for it. */
export type ToPdfWorker = { readonly job: number } & (
  | { readonly kind: 'ask'; readonly question: PdfQuestion; readonly size: number }
  | { readonly kind: 'bytes'; readonly begin: number; readonly bytes: Uint8Array<ArrayBuffer> }
);

export type FromPdfWorker = { readonly job: number } & (
  | { readonly kind: 'range'; readonly begin: number; readonly end: number }
  | { readonly kind: 'answer'; readonly answer: PdfAnswer }
);
