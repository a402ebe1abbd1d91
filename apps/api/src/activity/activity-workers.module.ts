import { Module } from '@nestjs/common';
import { ActivityModule } from './activity.module.ts';
import { CleanFeed } from './clean-feed.ts';

/** What a serving process does by itself about the feed. */
@Module({ imports: [ActivityModule], providers: [CleanFeed] })
export class ActivityWorkersModule {}
