import { Injectable } from '@nestjs/common';
import { LIMITS } from '@bookorbit/contracts';
import { shownClock } from '@bookorbit/domain-progress';
import { type DeviceExchange, ExchangeWatch } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { cutText, isUtcOffset } from '../device/index.ts';
import { refusalOf } from '../http/index.ts';
import { type FeedEntry, SyncFeed } from './sync-feed.ts';
import { noteOf } from './sync-note.ts';
import { TellClonesApart } from './tell-clones-apart.ts';

const DEVICE_ID = new RegExp(`^[A-Za-z0-9-]{1,${LIMITS.deviceIdLength}}$`);
/** Questions that change nothing and fetch nothing of a book. */
const NOT_NOTED = ['match-check'];

const SERVER_ERROR = 500;
/** A device that is turned away comes again and again; that it does is told this often. */
const TURNED_AWAY_EVERY_MS = 60 * 60_000;
/** Devices remembered for that; more in so short a time are no devices. */
const MOST_QUIET = 1000;

/** Stands around every exchange of a device: gives a copied device an id of its own, and writes down what happened. */
@Injectable()
export class WatchSyncs extends ExchangeWatch {
  /** When the next turning away of a device may be told again, by user and device. */
  private readonly quietUntil = new Map<string, number>();

  constructor(
    private readonly feed: SyncFeed,
    private readonly tellClonesApart: TellClonesApart,
    private readonly clock: Clock,
  ) {
    super();
  }

  override async around<T>(exchange: DeviceExchange, work: () => Promise<T>, doesWait: boolean): Promise<T> {
    if (NOT_NOTED.includes(exchange.route)) return work();
    const started = performance.now();
    try {
      const answer = await work();
      const entry = this.entryOf(exchange, started, answer);
      if (doesWait) await this.feed.note(entry);
      else this.feed.noteSoon(entry);
      return answer;
    } catch (error) {
      const { status, details, message } = refusalOf(error);
      const entry = this.entryOf(exchange, started, undefined, [{ path: details.field, reason: message }]);
      // Where the database is the trouble, nobody waits for it again.
      if (status < SERVER_ERROR) await this.feed.note(entry);
      else this.feed.noteSoon(entry);
      throw error;
    }
  }

  override turnedAway(exchange: DeviceExchange, reason: string): void {
    const entry = this.entryOf(exchange, performance.now(), undefined, [{ reason }]);
    const now = entry.happenedAt.getTime();
    for (const [device, until] of this.quietUntil) if (until <= now) this.quietUntil.delete(device);
    const device = `${entry.userId} ${entry.deviceId}`;
    if (this.quietUntil.has(device) || this.quietUntil.size >= MOST_QUIET) return;
    this.quietUntil.set(device, now + TURNED_AWAY_EVERY_MS);
    // Nothing of what it brought was taken in.
    this.feed.noteSoon({ ...entry, came: {} });
  }

  /** What is malformed is left for the checks of the route to refuse. */
  override async tellApart(userId: number, body: unknown): Promise<unknown> {
    if (typeof body !== 'object' || body === null) return body;
    const { deviceId, deviceModel, installId, deviceTime, utcOffsetMinutes } = body as Record<string, unknown>;
    if (typeof deviceId !== 'string' || !DEVICE_ID.test(deviceId)) return body;
    const now = this.clock.now();
    const seen = {
      deviceId,
      model: cutText(deviceModel, LIMITS.deviceModelLength) ?? '',
      installId: cutText(installId, LIMITS.deviceIdLength) || undefined,
      tellsZone: isUtcOffset(utcOffsetMinutes),
      clock: shownClock(
        {
          deviceTime: typeof deviceTime === 'string' ? deviceTime : undefined,
          utcOffsetMinutes: isUtcOffset(utcOffsetMinutes) ? utcOffsetMinutes : undefined,
        },
        now.getTime() / 1000,
      ),
    };
    const { keptAs, lateBySeconds } = await this.tellClonesApart.run(userId, seen);
    // Never the client's own word.
    return { ...body, deviceId: keptAs, lateBySeconds };
  }

  private entryOf(
    { userId, route, body }: DeviceExchange,
    started: number,
    answer: unknown,
    more: readonly { readonly path?: string; readonly reason: string }[] = [],
  ): FeedEntry {
    const noted = noteOf(route, body, answer);
    return {
      ...noted,
      refused: [...more, ...noted.refused],
      userId,
      exchange: route,
      deviceId: deviceIdOf(body),
      happenedAt: this.clock.now(),
      milliseconds: Math.round(performance.now() - started),
    };
  }
}

function deviceIdOf(body: unknown): string {
  const { deviceId, device_id: stockId } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  return cutText(deviceId, LIMITS.deviceIdLength) ?? cutText(stockId, 255) ?? '';
}
