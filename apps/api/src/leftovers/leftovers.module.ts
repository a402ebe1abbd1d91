import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/index.ts';
import { RemoveLeftovers } from './remove-leftovers.ts';

/** What a serving process clears away after those that were killed. */
@Module({ imports: [JobsModule], providers: [RemoveLeftovers] })
export class LeftoversModule {}
