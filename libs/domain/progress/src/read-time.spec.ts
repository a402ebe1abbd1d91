import fc from 'fast-check';
import { readTimeOf, skewOf } from './read-time.ts';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0) / 1000;
const wallClock = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');

describe('readTimeOf', () => {
  it('is never in the future of the server and never before 2010', () =>
    fc.assert(
      fc.property(
        fc.double(),
        fc.option(fc.integer({ min: -900, max: 900 }), { nil: undefined }),
        fc.integer({ min: -4e8, max: 4e8 }),
        (timestamp, utcOffsetMinutes, skew) => {
          const readAt = readTimeOf(timestamp, { deviceTime: wallClock(NOW + skew), utcOffsetMinutes }, NOW);
          if (readAt !== undefined) {
            expect(readAt).toBeLessThanOrEqual(NOW);
            expect(readAt).toBeGreaterThanOrEqual(1_262_304_000);
          }
        },
      ),
    ));

  it('undoes any skew of a device that tells its zone', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: -1e8, max: 1e8 }),
        fc.integer({ min: -48, max: 56 }),
        (ago, skew, quarters) => {
          const utcOffsetMinutes = quarters * 15;
          const deviceTime = wallClock(NOW + skew + utcOffsetMinutes * 60);
          const readAt = readTimeOf(NOW - ago + skew, { deviceTime, utcOffsetMinutes }, NOW);
          expect(Math.abs((readAt ?? 0) - (NOW - ago))).toBeLessThanOrEqual(2);
        },
      ),
    ));

  it('takes the quarter of an hour for the zone when the device does not tell it', () => {
    const deviceTime = wallClock(NOW + 2 * 3600 + 200);
    expect(skewOf({ deviceTime }, NOW)).toBe(200);
    expect(readTimeOf(NOW - 100 + 200, { deviceTime }, NOW)).toBe(NOW - 100);
  });

  it('believes a device that sends no clock', () => {
    expect(readTimeOf(NOW - 60, {}, NOW)).toBe(NOW - 60);
  });

  it('moves a time up to a day ahead to now', () => {
    expect(readTimeOf(NOW + 3600, {}, NOW)).toBe(NOW);
  });

  it.each([undefined, 0, -5, 1_000_000, NOW + 2 * 86_400, Number.NaN, Number.POSITIVE_INFINITY])(
    'does not know when %s was',
    (timestamp) => {
      expect(readTimeOf(timestamp, {}, NOW)).toBeUndefined();
    },
  );

  it('survives a clock that fell back to 1970', () => {
    const deviceTime = '1970-01-01 00:10:00';
    expect(readTimeOf(540, { deviceTime, utcOffsetMinutes: 0 }, NOW)).toBe(NOW - 60);
  });

  it('ignores a wall clock that is no date', () => {
    expect(skewOf({ deviceTime: 'yesterday' }, NOW)).toBe(0);
  });
});
