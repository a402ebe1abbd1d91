/** One row of a device's statistics: page, start, duration, pages of the book. */
export type Row = readonly [number, number, number, number];

/** A sitting as the reading log shows it. */
export interface ExpectedSession {
  readonly fileId: number;
  readonly device: string;
  readonly start: number;
  readonly end: number;
  readonly seconds: number;
  readonly pages: number;
}

interface Owned {
  owner: string;
  duration: number;
  totalPages: number;
}

const GAP_SECONDS = 1800;
const SHORTEST_SECONDS = 10;

/** Every row any device uploaded, and the sessions and days that follow from all of them, worked out anew and the slow way. */
export class ReadingTimeOracle {
  private readonly rowsByFile = new Map<number, Map<string, Owned>>();
  private readonly byHand = new Map<number, { readonly start: number; readonly seconds: number }>();

  uploaded(fileId: number, device: string, rows: readonly Row[]): void {
    const known = this.rowsByFile.get(fileId) ?? new Map<string, Owned>();
    this.rowsByFile.set(fileId, known);
    for (const [page, start, duration, totalPages] of rows) {
      const row = known.get(`${start} ${page}`);
      if (!row) {
        known.set(`${start} ${page}`, { owner: device, duration, totalPages });
        continue;
      }
      if (device < row.owner) row.owner = device;
      if (duration > row.duration || (duration === row.duration && totalPages > row.totalPages)) {
        row.duration = duration;
        row.totalPages = totalPages;
      }
    }
  }

  wroteByHand(id: number, start: number, seconds: number): void {
    this.byHand.set(id, { start, seconds });
  }

  tookBack(id: number): void {
    this.byHand.delete(id);
  }

  sessions(): ExpectedSession[] {
    return [...this.rowsByFile]
      .flatMap(([fileId, rows]) =>
        sittingsOf(rows).map(({ device, start, end, spans, pages }) => {
          const seconds = Math.min(
            spans.reduce((sum, [from, until]) => sum + until - from, 0),
            end - start,
          );
          return { fileId, device, start, end, seconds, pages };
        }),
      )
      .filter(({ seconds }) => seconds >= SHORTEST_SECONDS);
  }

  /** Seconds of each day, with how far rounding may be off. */
  days(timeZone: string): Map<string, { seconds: number; tolerance: number }> {
    const days = new Map<string, { seconds: number; tolerance: number }>();
    const add = (day: string, seconds: number, tolerance: number) => {
      const known = days.get(day) ?? { seconds: 0, tolerance: 0 };
      days.set(day, { seconds: known.seconds + seconds, tolerance: known.tolerance + tolerance });
    };
    for (const rows of this.rowsByFile.values()) {
      for (const { start, end, spans } of sittingsOf(rows)) {
        const summed = spans.reduce((sum, [from, until]) => sum + until - from, 0);
        const counted = Math.min(summed, end - start);
        if (counted < SHORTEST_SECONDS) continue;
        const parts = new Map<string, number>();
        for (const span of spans)
          for (const [day, seconds] of splitByDay(span, timeZone)) {
            parts.set(day, (parts.get(day) ?? 0) + seconds);
          }
        const isExact = parts.size === 1 || summed === counted;
        for (const [day, seconds] of parts) add(day, (seconds * counted) / Math.max(1, summed), isExact ? 0.01 : 1);
      }
    }
    for (const { start, seconds } of this.byHand.values()) {
      for (const [day, part] of splitByDay([start, start + seconds], timeZone)) add(day, part, 0.01);
    }
    return days;
  }
}

interface Sitting {
  readonly device: string;
  readonly start: number;
  readonly end: number;
  readonly spans: readonly (readonly [number, number])[];
  readonly pages: number;
}

/** Two rows are of one sitting when a chain of rows leads from one to the other without a gap. */
function sittingsOf(rows: ReadonlyMap<string, Owned>): Sitting[] {
  const sittings: Sitting[] = [];
  const owners = new Set([...rows.values()].map(({ owner }) => owner));
  for (const device of owners) {
    const own = [...rows]
      .filter(([, { owner }]) => owner === device)
      .map(([key, { duration }]) => {
        const [start = 0, page = 0] = key.split(' ').map(Number);
        return { start, page, end: start + duration };
      })
      .sort((a, b) => a.start - b.start);
    let rest = own;
    while (rest.length > 0) {
      let end = rest[0]?.end ?? 0;
      const count = rest.findIndex(({ start, end: rowEnd }) => {
        if (start > end + GAP_SECONDS) return true;
        end = Math.max(end, rowEnd);
        return false;
      });
      const sitting = count < 0 ? rest : rest.slice(0, count);
      rest = count < 0 ? [] : rest.slice(count);
      sittings.push({
        device,
        start: sitting[0]?.start ?? 0,
        end: Math.max(...sitting.map((row) => row.end)),
        spans: sitting.map((row) => [row.start, row.end] as const),
        pages: new Set(sitting.map(({ page }) => page)).size,
      });
    }
  }
  return sittings;
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

function dayAt(seconds: number, timeZone: string): string {
  const format =
    dayFormats.get(timeZone) ??
    new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  dayFormats.set(timeZone, format);
  return format.format(new Date(seconds * 1000));
}

/** Looks for midnight by halving: nothing here knows how zones work. */
function splitByDay([from, until]: readonly [number, number], timeZone: string): [string, number][] {
  if (until <= from) return [];
  const day = dayAt(from, timeZone);
  if (dayAt(until - 1, timeZone) === day) return [[day, until - from]];
  let [low, high] = [from, until - 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayAt(middle, timeZone) === day) low = middle;
    else high = middle;
  }
  return [[day, high - from], ...splitByDay([high, until], timeZone)];
}
