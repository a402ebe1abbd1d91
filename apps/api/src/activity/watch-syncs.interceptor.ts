import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { catchError, concatMap, from, type Observable, of } from 'rxjs';
import { ACCESS, type Access, type IdentifiedRequest } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { cutText } from '../device/index.ts';
import { Refusal } from '../http/index.ts';
import { shownClock } from '@bookorbit/domain-progress';
import { LIMITS } from '@bookorbit/contracts';
import { SyncFeed } from './sync-feed.ts';
import { noteOf } from './sync-note.ts';
import { TellClonesApart } from './tell-clones-apart.ts';

const DEVICE_ID = new RegExp(`^[A-Za-z0-9-]{1,${LIMITS.deviceIdLength}}$`);
/** Questions that change nothing and fetch nothing of a book. */
const NOT_NOTED = ['match-check'];

/** Stands around every exchange of a device: gives a copied device an id of its own, and writes down what happened. */
@Injectable()
export class WatchSyncs implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly feed: SyncFeed,
    private readonly tellClonesApart: TellClonesApart,
    private readonly clock: Clock,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const userId = request.device?.userId;
    if (access?.kind !== 'device' || userId === undefined || request.method === 'GET') return next.handle();
    const isPlugin = access.routes === 'plugin';
    if (isPlugin) await this.splitClone(userId, request);
    const exchange = isPlugin ? request.path.replace(/^.*\/plugin\//, '') : 'kosync';
    if (NOT_NOTED.includes(exchange)) return next.handle();
    const started = performance.now();
    const body: unknown = request.body;
    const note = (answer: unknown, more: readonly { readonly path?: string; readonly reason: string }[] = []) => {
      const noted = noteOf(exchange, body, answer);
      return this.feed.note({
        ...noted,
        refused: [...more, ...noted.refused],
        userId,
        exchange,
        deviceId: deviceIdOf(body),
        happenedAt: this.clock.now(),
        milliseconds: Math.round(performance.now() - started),
      });
    };
    return next.handle().pipe(
      // Stock KOReader waits for its answer before the page turns: the feed does not make it wait longer.
      concatMap((answer: unknown) =>
        isPlugin ? from(note(answer).then(() => answer)) : (void note(answer), of(answer)),
      ),
      catchError(async (error: unknown) => {
        if (error instanceof Refusal) await note(undefined, [{ path: error.details.field, reason: error.message }]);
        throw error;
      }),
    );
  }

  /** Gives a request the id its data is kept under, and says how long it was held up. What is malformed is left for the checks of the route to refuse. */
  private async splitClone(userId: number, request: IdentifiedRequest): Promise<void> {
    const body: unknown = request.body;
    if (typeof body !== 'object' || body === null) return;
    const { deviceId, deviceModel, installId, deviceTime, utcOffsetMinutes } = body as Record<string, unknown>;
    if (typeof deviceId !== 'string' || !DEVICE_ID.test(deviceId)) return;
    const now = this.clock.now();
    const seen = {
      deviceId,
      model: cutText(deviceModel, LIMITS.deviceModelLength) ?? '',
      installId: cutText(installId, LIMITS.deviceIdLength) || undefined,
      clock: shownClock(
        {
          deviceTime: typeof deviceTime === 'string' ? deviceTime : undefined,
          utcOffsetMinutes: Number.isInteger(utcOffsetMinutes) ? Number(utcOffsetMinutes) : undefined,
        },
        now.getTime() / 1000,
      ),
    };
    const { keptAs, lateBySeconds } = await this.tellClonesApart.run(userId, seen);
    // Never the client's own word.
    request.body = { ...body, deviceId: keptAs, lateBySeconds };
  }
}

function deviceIdOf(body: unknown): string {
  const { deviceId, device_id: stockId } = (typeof body === 'object' && body !== null ? body : {}) as Record<
    string,
    unknown
  >;
  return cutText(deviceId, LIMITS.deviceIdLength) ?? cutText(stockId, 255) ?? '';
}
