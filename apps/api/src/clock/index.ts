export { calendarOf, endOfDay, isTimeZone } from './time-zone-calendar.ts';
import { Global, Injectable, Module } from '@nestjs/common';

/** The server's clock, injected so that use cases pass `now` to the rules and specs can set it. */
@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

@Global()
@Module({ providers: [Clock], exports: [Clock] })
export class ClockModule {}
