import fc from 'fast-check';
import { lateBySeconds, shownClock } from './late-request.ts';
import { readTimeOf } from './read-time.ts';

const START = Date.UTC(2026, 10, 18) / 1000;

/** A request as a device with a clock `ahead` seconds ahead writes it. */
function written(at: number, ahead: number, offset: number) {
  const wall = new Date((at + ahead + offset * 60) * 1000);
  return { deviceTime: wall.toISOString().slice(0, 19).replace('T', ' '), utcOffsetMinutes: offset };
}

describe('a request that was held up', () => {
  it('dates reading as if it had come at once, however wrong the clock, once a later one came', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -7200, max: 80_000 }),
        fc.constantFrom(-300, 0, 345),
        fc.integer({ min: 5, max: 600 }),
        fc.integer({ min: 0, max: 3000 }),
        (ahead, offset, untilNext, delay) => {
          const [first, second] = [written(START, ahead, offset), written(START + untilNext, ahead, offset)];
          const latest = shownClock(second, START + untilNext);
          const arrival = START + untilNext + delay;
          const shown = shownClock(first, arrival);
          if (!shown) throw new Error('no clock');
          const clock = { ...first, lateBySeconds: lateBySeconds(latest, shown) };
          const readAt = readTimeOf(START - 20 + ahead, clock, arrival) ?? 0;
          expect(Math.abs(readAt - (START - 20))).toBeLessThanOrEqual(2);
        },
      ),
    ));

  it('is none when it is the latest, or when the clock was set back', () => {
    const latest = { saidAt: START, aheadSeconds: 0 };
    expect(lateBySeconds(undefined, latest)).toBe(0);
    expect(lateBySeconds(latest, { saidAt: START + 1, aheadSeconds: -30 })).toBe(0);
    expect(lateBySeconds(latest, { saidAt: START - 86_400, aheadSeconds: -86_400 })).toBe(0);
    expect(lateBySeconds(latest, { saidAt: START, aheadSeconds: -40 })).toBe(40);
  });
});
