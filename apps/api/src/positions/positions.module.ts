import { Global, Module } from '@nestjs/common';
import { DAMAGED_CHAPTERS } from '../libraries/index.ts';
import { BookTranslator } from './book-translator.ts';
import { ChapterNames } from './chapter-names.ts';
import { DamagedChapterRepository } from './damaged-chapter.repository.ts';
import { DropStaleIndexes } from './drop-stale-indexes.ts';
import { PositionIndexRepository } from './position-index.repository.ts';

/** Places in books, translated between readers; and what of the books could not be read on the way. */
@Global()
@Module({
  providers: [
    { provide: DAMAGED_CHAPTERS, useExisting: DamagedChapterRepository },
    BookTranslator,
    ChapterNames,
    DamagedChapterRepository,
    PositionIndexRepository,
  ],
  exports: [BookTranslator, ChapterNames, DAMAGED_CHAPTERS, DamagedChapterRepository, PositionIndexRepository],
})
export class PositionsModule {}

/** Makes a process look after the indexes. Apart from {@link PositionsModule}, so that an operator's command does not. */
@Module({ imports: [PositionsModule], providers: [DropStaleIndexes] })
export class PositionWorkersModule {}
