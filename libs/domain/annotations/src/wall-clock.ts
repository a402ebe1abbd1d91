/** The clock a device showed with its request. */
export interface DeviceClock {
  /** Wall clock, `YYYY-MM-DD HH:MM:SS`, without a zone. */
  readonly deviceTime?: string;
  /** Minutes the wall clock is ahead of UTC. */
  readonly utcOffsetMinutes?: number;
}

/** Zones lie on quarters of an hour. */
const ZONE_STEP_SECONDS = 900;
/** 1 January 2010, unix seconds: no e-reader this product serves marked anything before. */
const EARLIEST_SECONDS = 1_262_304_000;
/** A difference this small is the time the request took and the resolution of the clock. */
const SKEW_NOISE_SECONDS = 2;
const WALL_CLOCK = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})$/;

/**
 * When a datetime of a device was, by the server's clock.
 *
 * @param now The server's clock, unix seconds.
 * @returns Unix seconds, never after `now`; undefined when the text is no datetime, or none that can be true (before 2010).
 */
export function instantOf(datetime: string | undefined, clock: DeviceClock, now: number): number | undefined {
  const wall = wallClockSeconds(datetime);
  if (wall === undefined) return undefined;
  const { zone, skew } = zoneAndSkew(clock, now);
  // A clock that is far behind now was right when the highlight was made, or the highlight would lie in the future.
  const corrected = wall - zone - skew > now ? wall - zone : wall - zone - skew;
  return corrected < EARLIEST_SECONDS ? undefined : Math.min(corrected, Math.floor(now));
}

/** @returns An instant as the device's wall clock shows it, `YYYY-MM-DD HH:MM:SS`. */
export function wallClockOf(instant: number, clock: DeviceClock, now: number): string {
  const { zone, skew } = zoneAndSkew(clock, now);
  return formatWallClock(instant + zone + skew);
}

/** @returns Unix seconds as a wall clock in UTC shows them. */
export function formatWallClock(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

/** @returns The zone of a clock, without what it is wrong by. */
export function withoutSkew(clock: DeviceClock, now: number): DeviceClock {
  return { utcOffsetMinutes: zoneAndSkew(clock, now).zone / 60 };
}

/** @returns What the device's own clock stood at when it wrote its request, unix seconds uncorrected: orders the requests of one device. */
export function saidAt(clock: DeviceClock): number | undefined {
  const wall = wallClockSeconds(clock.deviceTime);
  return wall === undefined ? undefined : wall - (clock.utcOffsetMinutes ?? 0) * 60;
}

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

function zoneAndSkew(clock: DeviceClock, now: number): { zone: number; skew: number } {
  const wall = wallClockSeconds(clock.deviceTime);
  const told = clock.utcOffsetMinutes === undefined ? undefined : clock.utcOffsetMinutes * 60;
  if (wall === undefined) return { zone: told ?? 0, skew: 0 };
  const difference = wall - Math.floor(now);
  const zone = told ?? Math.round(difference / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS;
  const skew = difference - zone;
  return { zone, skew: Math.abs(skew) <= SKEW_NOISE_SECONDS ? 0 : skew };
}
