import { Injectable } from '@nestjs/common';
import {
  type Calendar,
  type PageStat,
  SESSION_GAP_SECONDS,
  SHORTEST_SESSION_SECONDS,
  sessionOf,
  sittingDays,
  sittingsOf,
} from '@bookorbit/domain-reading-sessions';
import type { EntityManager } from 'typeorm';
import { calendarOf } from '../clock/index.ts';
import { PageStatRepository, type StatWindow } from './page-stat.repository.ts';
import { type KeptSitting, ReadingSessionRepository } from './reading-session.repository.ts';

/** Makes the sessions around changed page stats anew, and leaves all others alone. Runs inside the caller's transaction. */
@Injectable()
export class RecomputeSessions {
  constructor(
    private readonly stats: PageStatRepository,
    private readonly sessions: ReadingSessionRepository,
  ) {}

  async run(tx: EntityManager, userId: number, changed: readonly StatWindow[]): Promise<void> {
    const windows = mergeWindows(changed);
    if (windows.length === 0) return;
    await this.sessions.holdTimeZone(tx, userId);
    const calendar = calendarOf(await this.sessions.findTimeZone(tx, userId));
    const touched = await this.sessions.findTouched(tx, userId, windows, SESSION_GAP_SECONDS);
    const whole = windows.map((window, n) => widen(window, touched[n] ?? []));
    const stats = await this.stats.findInWindows(tx, userId, whole);
    const goneIds: string[] = [];
    const fresh: KeptSitting[] = [];
    for (const [n, window] of whole.entries()) {
      const made = sittingsOf(stats[n] ?? []).map((sitting) => keptSitting(window, sitting, calendar));
      const known = touched[n] ?? [];
      goneIds.push(...known.filter((old) => !made.some((sitting) => isSame(old, sitting))).map(({ id }) => id));
      fresh.push(...made.filter((sitting) => !known.some((old) => isSame(old, sitting))));
    }
    if (goneIds.length + fresh.length > 0) await this.sessions.replace(tx, userId, goneIds, fresh);
  }
}

/** One window for each file and device: from its first change to its last. */
function mergeWindows(windows: readonly StatWindow[]): StatWindow[] {
  const merged = new Map<string, StatWindow>();
  for (const window of windows) {
    const key = `${window.bookFileId} ${window.deviceId}`;
    const known = merged.get(key);
    merged.set(
      key,
      known
        ? { ...known, from: Math.min(known.from, window.from), until: Math.max(known.until, window.until) }
        : window,
    );
  }
  return [...merged.values()];
}

/** Sittings lie more than a gap apart, so those the window touches end what it can join. */
function widen(window: StatWindow, touched: readonly KeptSitting[]): StatWindow {
  return {
    ...window,
    from: touched.reduce((from, { startTime }) => Math.min(from, startTime), window.from),
    until: touched.reduce((until, { endTime }) => Math.max(until, endTime), window.until),
  };
}

function keptSitting(
  { bookFileId, deviceId }: StatWindow,
  sitting: readonly PageStat[],
  calendar: Calendar,
): KeptSitting {
  const session = sessionOf(sitting);
  return {
    bookFileId,
    deviceId,
    ...session,
    isCounted: session.duration >= SHORTEST_SESSION_SECONDS,
    days: Object.fromEntries(sittingDays(sitting, calendar)),
  };
}

const COMPARED = ['startTime', 'endTime', 'duration', 'pages', 'firstPage', 'lastPage', 'totalPages'] as const;

/** The same sitting may have been read on other days: of pages looked at in two places at once each day has its share. */
function isSame(a: KeptSitting, b: KeptSitting): boolean {
  const days = Object.entries(a.days);
  return (
    COMPARED.every((field) => a[field] === b[field]) &&
    days.length === Object.keys(b.days).length &&
    days.every(([day, seconds]) => b.days[day] === seconds)
  );
}
