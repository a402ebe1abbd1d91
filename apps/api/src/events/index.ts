export { type Announcement, type Audience, EventBus } from './event-bus.ts';
export { EventsModule } from './events.module.ts';
