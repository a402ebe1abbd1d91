import { type DeviceClock, wallClockSeconds } from './read-time.ts';

/** What a device's clock stood at when it wrote a request, and how far that is ahead of the server's when the request came. */
export interface ShownClock {
  /** Unix seconds, uncorrected. */
  readonly saidAt: number;
  /** A zone the device does not tell is part of it. */
  readonly aheadSeconds: number;
}

/** What is further behind was written by a clock that was set back. */
export const LONGEST_DELAY_SECONDS = 3600;
/** A difference this small is the time requests take. */
const DELAY_NOISE_SECONDS = 2;

/** @returns Undefined when the request shows no clock. */
export function shownClock(clock: DeviceClock, now: number): ShownClock | undefined {
  const wallClock = wallClockSeconds(clock.deviceTime);
  if (wallClock === undefined) return undefined;
  const saidAt = wallClock - (clock.utcOffsetMinutes ?? 0) * 60;
  return { saidAt, aheadSeconds: saidAt - Math.floor(now) };
}

/**
 * How long a request was held up that a later one of the same device has overtaken, or that comes once more. The clock it shows seems to be
 * slow by just that: without knowing, old reading would count as read when it arrives.
 *
 * @param latest What the latest request of the device showed.
 */
export function lateBySeconds(latest: ShownClock | undefined, shown: ShownClock): number {
  if (!latest) return 0;
  const behind = latest.saidAt - shown.saidAt;
  if (behind < 0 || behind > LONGEST_DELAY_SECONDS) return 0;
  const delay = latest.aheadSeconds - shown.aheadSeconds;
  return delay > DELAY_NOISE_SECONDS ? delay : 0;
}
