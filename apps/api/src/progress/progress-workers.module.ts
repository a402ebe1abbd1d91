import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/index.ts';
import { PositionsModule } from '../positions/index.ts';
import { KeepQuotes } from './keep-quotes.ts';
import { PlaceQuoteRepository } from './place-quote.repository.ts';

/** What a serving process does by itself about places. */
@Module({ imports: [JobsModule, PositionsModule], providers: [KeepQuotes, PlaceQuoteRepository] })
export class ProgressWorkersModule {}
