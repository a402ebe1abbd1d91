export type { TranslatedFile } from './ask-books.ts';
export { type AskedOffer, type AskedPosition, BookTranslator, type StoredPlace } from './book-translator.ts';
export { ChapterNames, type PlaceInFile } from './chapter-names.ts';
export { contentOfFile } from './position-index.repository.ts';
export { PositionsModule, PositionWorkersModule } from './positions.module.ts';
export type {
  FoundPosition,
  KnownPlace,
  LocatedPosition,
  LostPosition,
  OfferedPlace,
  OfferedPointer,
} from './worker-messages.ts';
