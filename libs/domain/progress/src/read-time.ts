/** The clock a device showed with its request. */
export interface DeviceClock {
  /** Wall clock, `YYYY-MM-DD HH:MM:SS`, without a zone. */
  readonly deviceTime?: string;
  /** Minutes the wall clock is ahead of UTC. */
  readonly utcOffsetMinutes?: number;
  /** How long the request was held up, where that is known. */
  readonly lateBySeconds?: number;
}

/** 1 January 2010, unix seconds: no e-reader this product serves read anything before. */
const EARLIEST_SECONDS = 1_262_304_000;
const DAY_SECONDS = 86_400;
/** Zones lie on quarters of an hour. */
const ZONE_STEP_SECONDS = 900;
/** A difference this small is the time the request took and the resolution of the clock. */
const SKEW_NOISE_SECONDS = 2;

/**
 * When something was read, by the server's clock.
 *
 * @param timestamp When the device says it was read, unix seconds by its own clock.
 * @param now The server's clock, unix seconds.
 * @returns Unix seconds, never after `now`; undefined when the time is missing or impossible (before 2010, more than a day ahead).
 */
export function readTimeOf(timestamp: number | undefined, clock: DeviceClock, now: number): number | undefined {
  if (timestamp === undefined || !Number.isFinite(timestamp)) return undefined;
  const corrected = Math.floor(timestamp) - skewOf(clock, now);
  if (corrected < EARLIEST_SECONDS || corrected > now + DAY_SECONDS) return undefined;
  return Math.min(corrected, Math.floor(now));
}

/**
 * How far a device's clock is ahead of the server's. Without an offset the zone is unknown: the difference rounded to a quarter of an
 * hour is taken for it, and the rest is skew.
 *
 * @returns Whole seconds; 0 when the device sent no clock.
 */
export function skewOf(clock: DeviceClock, now: number): number {
  const wallClock = wallClockSeconds(clock.deviceTime);
  if (wallClock === undefined) return 0;
  const difference = wallClock - Math.floor(now) + (clock.lateBySeconds ?? 0);
  const zone =
    clock.utcOffsetMinutes === undefined
      ? Math.round(difference / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS
      : clock.utcOffsetMinutes * 60;
  const skew = difference - zone;
  return Math.abs(skew) <= SKEW_NOISE_SECONDS ? 0 : skew;
}

const WALL_CLOCK = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})$/;

/** @returns The wall clock read as if it were UTC, unix seconds; undefined when it is no date. */
export function wallClockSeconds(text: string | undefined): number | undefined {
  const [, year, month, day, hour, minute, second] = WALL_CLOCK.exec(text ?? '') ?? [];
  if (year === undefined) return undefined;
  const milliseconds = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
