import { Module } from '@nestjs/common';
import { BookTranslator } from './book-translator.ts';
import { ChapterNames } from './chapter-names.ts';
import { DropStaleIndexes } from './drop-stale-indexes.ts';
import { PositionIndexRepository } from './position-index.repository.ts';

/** Places in books, translated between readers. */
@Module({
  providers: [BookTranslator, ChapterNames, PositionIndexRepository],
  exports: [BookTranslator, ChapterNames, PositionIndexRepository],
})
export class PositionsModule {}

/** Makes a process look after the indexes. Apart from {@link PositionsModule}, so that an operator's command does not. */
@Module({ imports: [PositionsModule], providers: [DropStaleIndexes] })
export class PositionWorkersModule {}
