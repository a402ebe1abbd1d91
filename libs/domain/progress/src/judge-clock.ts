import { LONGEST_DELAY_SECONDS } from './late-request.ts';

/** A clock that was seen under one installation, by how far it is ahead of the server's. */
export interface KnownClock {
  /** As it was last. */
  readonly aheadSeconds: number;
  /** How often it was there again after another one, up to a bound. */
  readonly returns: number;
  /** Once two are told apart: the original's own, or the name of the copy whose clock it is. */
  readonly owner?: { readonly copy?: string };
}

/** The clocks of an installation, and which of them was seen last. */
export interface ClockRecord {
  readonly clocks: readonly KnownClock[];
  readonly last: number;
}

/** Whose request it is, and what is to be written down. */
export interface ClockDecision {
  readonly record: ClockRecord;
  /** Absent: the original's, or nobody is told apart. */
  readonly copy?: string;
  /** Whether there is anything new to write. */
  readonly isChanged: boolean;
  /** Whether it became clear by this request that there are two devices. */
  readonly isSplit: boolean;
}

/** Time on the way, and what a clock drifts between two syncs. */
const SAME_WITHIN_SECONDS = 20;
/** Nearer to each other, the later may be a request that waited for its connection: the plugin gives up after 45 seconds. */
const APART_SECONDS = 180;
/** A clock off by a zone is one device that is in doubt about its zone. */
const ZONE_STEP_SECONDS = 900;
/** Both clocks must come back so often. */
const RETURNS = 5;
const MOST_CLOCKS = 6;

/**
 * Tells two devices apart that have everything in common, install id and model too, by their clocks. Of one device, a clock that is set does
 * not go back again and again to what it was, and requests that are held up are not held up for the same time each; two devices, each with a
 * clock of its own, take turns. A clock seen once is a stray: it speaks against what was counted.
 *
 * @param aheadSeconds How far the clock of this request is ahead of the server's.
 * @param nameCopy Names a copy that is told apart now.
 */
export function judgeClock(
  record: ClockRecord | undefined,
  aheadSeconds: number,
  nameCopy: () => string,
): ClockDecision {
  const clocks = record?.clocks ?? [];
  const at = clockOf(clocks, aheadSeconds);
  if (!record || at === undefined) {
    const added = withStray(clocks, aheadSeconds);
    return {
      record: { clocks: added, last: added.length - 1 },
      copy: lateOwner(clocks, aheadSeconds)?.copy,
      isChanged: true,
      isSplit: false,
    };
  }
  const isReturn = at !== record.last;
  const hasDrifted = Math.abs((clocks[at]?.aheadSeconds ?? 0) - aheadSeconds) > SAME_WITHIN_SECONDS / 2;
  const seen = clocks.map((clock, n): KnownClock =>
    n === at
      ? {
          ...clock,
          aheadSeconds: hasDrifted ? aheadSeconds : clock.aheadSeconds,
          returns: Math.min(RETURNS, clock.returns + Number(isReturn)),
        }
      : clock,
  );
  const told = isReturn ? toldApart(seen, nameCopy) : undefined;
  return {
    record: { clocks: told ?? seen, last: at },
    copy: (told ?? seen)[at]?.owner?.copy,
    isChanged: isReturn || hasDrifted,
    isSplit: told !== undefined,
  };
}

/** Clocks told apart are given more room: nobody else has a clock nearby, and they drift while a device lies in a drawer. */
function clockOf(clocks: readonly KnownClock[], aheadSeconds: number): number | undefined {
  const distances = clocks.map((clock, n) => ({
    n,
    owner: clock.owner,
    by: Math.abs(clock.aheadSeconds - aheadSeconds),
  }));
  const [nearest] = distances
    .filter(({ owner, by }) => by <= (owner ? APART_SECONDS / 2 : SAME_WITHIN_SECONDS))
    .sort((a, b) => Number(!a.owner) - Number(!b.owner) || a.by - b.by);
  return nearest?.n;
}

/** A request that shows no known clock was held up, most likely: its clock is the nearest that is ahead of what it shows. */
function lateOwner(clocks: readonly KnownClock[], aheadSeconds: number): KnownClock['owner'] {
  const [nearest] = clocks
    .filter(
      ({ owner, aheadSeconds: ahead }) => owner && ahead > aheadSeconds && ahead - aheadSeconds < LONGEST_DELAY_SECONDS,
    )
    .sort((a, b) => a.aheadSeconds - b.aheadSeconds);
  return nearest?.owner;
}

/** A clock that was told apart has to come back anew before another one is told from it: its device may just have been given that one. */
function withStray(clocks: readonly KnownClock[], aheadSeconds: number): KnownClock[] {
  const doubted = clocks.map((clock) => ({ ...clock, returns: clock.owner ? 0 : Math.max(0, clock.returns - 1) }));
  const free = doubted.filter(({ owner }) => !owner);
  const least = Math.min(...free.map(({ returns }) => returns));
  const dropped = clocks.length < MOST_CLOCKS ? undefined : free.find(({ returns }) => returns === least);
  return [...doubted.filter((clock) => clock !== dropped), { aheadSeconds, returns: 0 }];
}

/** @returns The clocks with their owners, when one more is certain to be another's than the original's. */
function toldApart(clocks: readonly KnownClock[], nameCopy: () => string): KnownClock[] | undefined {
  const isCertain = ({ returns }: KnownClock) => returns >= RETURNS;
  const original = clocks.find(({ owner }) => owner && owner.copy === undefined) ?? clocks.find(isCertain);
  if (!original || !isCertain(original)) return undefined;
  const others = clocks.filter((clock) => clock === original || clock.owner);
  const copy = clocks.find((clock) => !others.includes(clock) && isCertain(clock) && others.every(isApartFrom(clock)));
  if (!copy) return undefined;
  return clocks.map((clock) => {
    if (clock === original) return { ...clock, owner: {} };
    return clock === copy ? { ...clock, owner: { copy: nameCopy() } } : clock;
  });
}

function isApartFrom(clock: KnownClock): (other: KnownClock) => boolean {
  return ({ aheadSeconds }) => {
    const difference = Math.abs(clock.aheadSeconds - aheadSeconds);
    const fromZone = Math.abs(difference - Math.round(difference / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS);
    return difference >= APART_SECONDS && fromZone > SAME_WITHIN_SECONDS;
  };
}
