import { Injectable, Logger, type MessageEvent, type OnModuleInit } from '@nestjs/common';
import type { ServerEvent } from '@bookorbit/contracts';
import {
  concatMap,
  finalize,
  groupBy,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  Subject,
  takeUntil,
  throttleTime,
  timer,
} from 'rxjs';
import { AudienceQuery } from './audience.ts';
import type { Announcement } from './event-bus.ts';
import { EventFeed } from './event-feed.ts';

/** Keeps proxies from closing a silent connection. */
const PING_INTERVAL_MS = 20_000;
/** After this a page connects anew, and with that proves again who it is. */
const LONGEST_STREAM_MS = 5 * 60_000;
/** A page that lost its connection waits this long before it connects anew. */
const RETRY_MS = 1_000;
/** Events that say the same are told at most once in this time, the last one always. */
const QUIET_MS = 500;

/** The open event streams of this process. */
@Injectable()
export class EventStreams implements OnModuleInit {
  private readonly logger = new Logger('Events');
  private readonly eventsByUser = new Map<number, Set<Subject<ServerEvent>>>();

  constructor(
    private readonly feed: EventFeed,
    private readonly audience: AudienceQuery,
  ) {}

  onModuleInit(): void {
    // One after the other, so that every stream hears events in the order in which they happened.
    this.feed.announcements.pipe(concatMap((announcement) => this.deliver(announcement))).subscribe();
  }

  /** What a user may hear of, from now on until the stream ends; the page then connects anew and reads what it shows. */
  async open(userId: number): Promise<Observable<MessageEvent>> {
    await this.feed.ready();
    const events = new Subject<ServerEvent>();
    const streams = this.eventsByUser.get(userId) ?? new Set();
    this.eventsByUser.set(userId, streams.add(events));
    const pings = merge(timer(0), interval(PING_INTERVAL_MS)).pipe(
      map((): MessageEvent => ({ type: 'ping', data: '', retry: RETRY_MS })),
    );
    return merge(pings, events.pipe(atEase(), map(messageOf))).pipe(
      takeUntil(merge(this.feed.interruptions, timer(LONGEST_STREAM_MS))),
      finalize(() => this.forget(userId, events)),
    );
  }

  private async deliver({ event, audience }: Announcement): Promise<void> {
    if (this.eventsByUser.size === 0) return;
    try {
      for (const userId of await this.audience.listeners(audience, [...this.eventsByUser.keys()])) {
        for (const events of this.eventsByUser.get(userId) ?? []) events.next(event);
      }
    } catch (error) {
      this.logger.warn(`An event was not told: ${String(error)}`);
    }
  }

  private forget(userId: number, events: Subject<ServerEvent>): void {
    const streams = this.eventsByUser.get(userId);
    streams?.delete(events);
    if (streams?.size === 0) this.eventsByUser.delete(userId);
  }
}

function atEase() {
  return (events: Observable<ServerEvent>): Observable<ServerEvent> =>
    events.pipe(
      groupBy(subjectOf),
      mergeMap((same) => same.pipe(throttleTime(QUIET_MS, undefined, { leading: true, trailing: true }))),
    );
}

function subjectOf(event: ServerEvent): string {
  switch (event.type) {
    case 'scan':
      return `scan ${event.scan.libraryId}`;
    case 'books':
      return `books ${event.libraryId}`;
    case 'progress':
      return `progress ${event.bookId}`;
    case 'import':
      return `import ${event.importId}`;
    case 'koreader':
      return 'koreader';
  }
}

function messageOf(event: ServerEvent): MessageEvent {
  return { data: event };
}
