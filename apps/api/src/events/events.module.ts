import { Global, Module } from '@nestjs/common';
import { AudienceQuery } from './audience.ts';
import { EventBus } from './event-bus.ts';
import { EventFeed } from './event-feed.ts';
import { EventStreams } from './event-streams.ts';
import { EventsController } from './events.controller.ts';

/** Live events for open web pages. */
@Global()
@Module({
  controllers: [EventsController],
  providers: [EventBus, EventFeed, EventStreams, AudienceQuery],
  exports: [EventBus],
})
export class EventsModule {}
