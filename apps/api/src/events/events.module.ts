import { Global, Module } from '@nestjs/common';
import { PageNews } from '../auth/index.ts';
import { AudienceQuery } from './audience.ts';
import { EventBus } from './event-bus.ts';
import { EventFeed } from './event-feed.ts';
import { EventStreams } from './event-streams.ts';
import { EventsController } from './events.controller.ts';
import { OwnPageNews } from './own-page-news.ts';

/** Live events for open web pages. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [EventBus, EventFeed, EventStreams, AudienceQuery, { provide: PageNews, useClass: OwnPageNews }],
  exports: [EventBus, PageNews],
})
export class EventsModule {}
