export { BookPositions, type PositionOptions } from './book/book-positions.ts';
export { DocumentPool } from './book/document-cache.ts';
export type { PositionedBook } from './book/positioned-book.ts';
export { DIALECTS, type Dialect } from './book/pointer.ts';
export type {
  FoundTranslation,
  LostTranslation,
  Translation,
  TranslationKind,
  TranslationRequest,
} from './book/translation.ts';
export {
  type Cfi,
  type CfiPath,
  type CfiStep,
  compareCfiPaths,
  formatCfiPoint,
  formatCfiRange,
  parseCfi,
} from './cfi.ts';
export {
  buildDocumentIndex,
  documentSourceOf,
  type DocumentIndex,
  type DocumentPlaces,
  type DocumentSource,
  INDEX_VERSION,
  indexRulesOf,
  openIndex,
} from './document-index.ts';
export { formatKoboSpan, type KoboSpan, parseKoboSpan } from './kobo-span.ts';
export type { TextQuote } from './text/quote-of-place.ts';
export { collectStyleSheets } from './styles/collect-style-sheets.ts';
export { decodeDocument } from './source/decode-document.ts';
export { engineSpineOf } from './engine/engine-spine.ts';
export { trimBlanks } from './engine/trim-blanks.ts';
export { onlyPageOf } from './only-page.ts';
export { type BookSpine, fragmentsOf, mayHaveText, pathOfItem, type SpineItem } from './spine.ts';
export {
  DOM_VERSION_OF_EVERY_INDEX,
  dialectOf,
  formatXpointer,
  parseXpointer,
  type Xpointer,
  type XpointerDialect,
  type XpointerStep,
} from './xpointer.ts';
export { deserializeIndex, serializeIndex } from './storage/serialize-index.ts';
export { type ListedText, listTexts } from './list-texts.ts';
export {
  translatePage,
  translateShare,
  type UnstructuredPosition,
  type UnstructuredTranslation,
} from './unstructured.ts';
