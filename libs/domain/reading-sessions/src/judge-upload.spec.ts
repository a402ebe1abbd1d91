import fc from 'fast-check';
import { judgeUpload, type KnownUpload } from './judge-upload.ts';

const NOW = 2_000_000_000;
const DAY_SECONDS = 86_400;
const SLICE = 3;
const MOST_REQUESTS = 400;

/** The server's side of one device and file. */
class Server {
  readonly stored = new Set<number>();
  private known: KnownUpload | undefined;

  take(startTimes: readonly number[], rowCount: number): number {
    for (const startTime of startTimes) this.stored.add(startTime);
    const { upload, watermark } = judgeUpload(this.known, { startTimes, rowCount }, NOW);
    this.known = upload;
    return watermark;
  }
}

/** A device that sends what is later than a day before the watermark it was last told, slice by slice. */
class Device {
  readonly rows = new Set<number>();
  private watermark = 0;
  /** What it held when the server last had everything. */
  private settled = -1;

  /** @param isLost Whether the network goes with the answer to a request. */
  sync(server: Server, isLost: () => boolean): void {
    if (this.settled === this.rows.size) return;
    const all = [...this.rows].sort((a, b) => a - b);
    let since = Math.max(0, this.watermark - DAY_SECONDS);
    let hasBegunAnew = since === 0;
    for (let count = 0; count < MOST_REQUESTS; count += 1) {
      const rest = all.filter((row) => row >= since);
      const slice = rest.slice(0, SLICE);
      if (slice.length === 0) return;
      const watermark = server.take(slice, all.length);
      if (isLost()) return;
      this.watermark = watermark;
      const hasMore = rest.length > slice.length;
      if (watermark === 0 && !hasBegunAnew) {
        hasBegunAnew = true;
        since = 0;
      } else if (hasMore) since = (slice.at(-1) ?? 0) + 1;
      else {
        if (watermark > 0) this.settled = this.rows.size;
        return;
      }
    }
  }
}

const startTime = fc.integer({ min: NOW - 20 * DAY_SECONDS, max: NOW });
const step = fc.record({
  rows: fc.array(startTime, { maxLength: 6 }),
  losses: fc.array(fc.boolean(), { maxLength: 6 }),
});

describe('judgeUpload', () => {
  it('gets every row in the end, whatever was merged in when, and whichever answers were lost', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
        const [server, device] = [new Server(), new Device()];
        for (const { rows, losses } of steps) {
          for (const row of rows) device.rows.add(row);
          const left = [...losses];
          device.sync(server, () => left.shift() ?? false);
        }
        for (let round = 0; round < 3; round += 1) device.sync(server, () => false);
        expect([...device.rows].filter((row) => !server.stored.has(row))).toEqual([]);
      }),
      { numRuns: 500 },
    ));

  it('asks for nothing more of a device that only reads on', () => {
    const first = judgeUpload(undefined, { startTimes: [NOW - 300, NOW - 200], rowCount: 2 }, NOW);
    expect(first.watermark).toBe(NOW - 200);
    const second = judgeUpload(first.upload, { startTimes: [NOW - 300, NOW - 200, NOW - 100], rowCount: 3 }, NOW);
    expect(second).toEqual({
      upload: { watermark: NOW - 100, rowCount: 3, firstStart: NOW - 300 },
      watermark: NOW - 100,
    });
  });

  it.each([undefined, 4])('stays where it was when its first rows come once more, late (%s rows held)', (rowCount) => {
    const rows = [NOW - 400, NOW - 300, NOW - 200, NOW - 100];
    const all = judgeUpload(undefined, { startTimes: rows, rowCount }, NOW);
    const late = judgeUpload(all.upload, { startTimes: rows.slice(0, 2), rowCount }, NOW);
    expect(late).toEqual(all);
  });

  it('is the highest start it was ever sent, for a device that never says how many rows it holds', () =>
    fc.assert(
      fc.property(fc.array(fc.array(startTime, { minLength: 1, maxLength: 5 }), { minLength: 1 }), (requests) => {
        let known: KnownUpload | undefined;
        let highest = 0;
        for (const startTimes of requests) {
          const { upload, watermark } = judgeUpload(known, { startTimes }, NOW);
          known = upload;
          highest = Math.max(highest, ...startTimes);
          expect(watermark).toBe(highest);
        }
      }),
    ));

  it('never tells a watermark that lies ahead', () => {
    expect(judgeUpload(undefined, { startTimes: [NOW + 50, NOW - 50], rowCount: 2 }, NOW).watermark).toBe(NOW - 50);
  });

  it('asks for what a device holds after its rows were reset', () => {
    const known = { watermark: NOW - 10, rowCount: 9, firstStart: NOW - 5 * DAY_SECONDS };
    const reset = judgeUpload(known, { startTimes: [NOW - 10], rowCount: 2 }, NOW);
    expect(reset.watermark).toBe(0);
    const all = judgeUpload(reset.upload, { startTimes: [NOW - 20, NOW - 10], rowCount: 2 }, NOW);
    expect(all.watermark).toBe(NOW - 10);
    expect(judgeUpload(all.upload, { startTimes: [NOW - 10], rowCount: 2 }, NOW).watermark).toBe(NOW - 10);
  });
});
