import type { PluginDevice } from '@bookorbit/testing';
import type { DemoBook } from './demo-books.ts';

/** One evening with one book. */
export interface Sitting {
  readonly book: DemoBook;
  /** Unix seconds. */
  readonly startTime: number;
  /** Seconds spent on each page. */
  readonly pageSeconds: readonly number[];
  /** 0–1, where it ended. */
  readonly until: number;
}

const DAY_SECONDS = 86_400;

/**
 * Some weeks of evenings, one book after the other, the same at every run.
 *
 * @param now Unix seconds; the last sitting ended before.
 */
export function plannedSittings(books: readonly DemoBook[], weeks: number, now: number): Sitting[] {
  const chance = seededChance(20_261_123);
  const sittings: Sitting[] = [];
  for (const [n, book] of books.entries()) {
    const evenings = 3 + Math.floor(chance() * 6);
    const goal = n === 0 ? 1 : 0.15 + chance() * 0.8;
    for (let evening = 1; evening <= evenings; evening += 1) {
      const daysAgo = weeks * 7 * (1 - (n + evening / evenings) / books.length);
      const startTime = Math.floor(now - (daysAgo + 0.2) * DAY_SECONDS - chance() * 3 * 3600);
      const pageSeconds = Array.from({ length: 8 + Math.floor(chance() * 25) }, () => 20 + Math.floor(chance() * 70));
      sittings.push({ book, startTime, pageSeconds, until: (goal * evening) / evenings });
    }
  }
  return sittings.sort((a, b) => a.startTime - b.startTime);
}

/** Plays a sitting on a device: the place it ended at, and the time each page took. */
export async function playSitting(
  device: PluginDevice,
  { book, startTime, pageSeconds, until }: Sitting,
): Promise<void> {
  const endTime = startTime + pageSeconds.reduce((sum, seconds) => sum + seconds, 0);
  const place = [...book.places].reverse().find(({ percentage }) => percentage <= until) ?? book.places[0];
  await accepted(
    device.progress([
      { hash: book.hash, percentage: Math.min(1, until), progress: place?.xpointer, timestamp: endTime },
    ]),
  );
  const totalPages = Math.max(100, book.places.length);
  const lastPage = Math.max(pageSeconds.length, Math.round(until * totalPages));
  let at = startTime;
  const rows = pageSeconds.map((seconds, n) => {
    const row = [lastPage - pageSeconds.length + n + 1, at, seconds, totalPages];
    at += seconds;
    return row;
  });
  await accepted(device.post('page-stats', { books: [{ hash: book.hash, rows }] }));
}

async function accepted(sent: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await sent;
  if (status !== 200) throw new Error(`the server answered a device ${status}: ${JSON.stringify(body)}`);
}

/** A small generator of numbers from 0 to 1 that begins anew at every run. */
function seededChance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
