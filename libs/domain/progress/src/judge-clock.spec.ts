import fc from 'fast-check';
import { type ClockRecord, judgeClock } from './judge-clock.ts';

/** Plays requests one after the other, by how far each shows its clock ahead of the server's; tells whose each is. */
function play(shown: readonly number[], record?: ClockRecord): (string | undefined)[] {
  let copies = 0;
  return shown.map((aheadSeconds) => {
    const decision = judgeClock(record, aheadSeconds, () => `copy ${(copies += 1)}`);
    record = decision.record;
    return decision.copy;
  });
}

const isOne = (shown: readonly number[]) => play(shown).every((copy) => copy === undefined);
const turns = (count: number, ...clocks: readonly number[]) => Array.from({ length: count }, () => clocks).flat();

/** Requests of one device, by its true clock, and what happens to each on its way. */
const journeys = fc.array(
  fc.record({
    untilNext: fc.integer({ min: 1, max: 3000 }),
    // As the simulator's: mostly at once, some within half an hour, some twice.
    isLate: fc.boolean(),
    delay: fc.noBias(fc.integer({ min: 1, max: 1800 })),
    isRepeated: fc.boolean(),
    transit: fc.integer({ min: 0, max: 10 }),
  }),
  { minLength: 20, maxLength: 150 },
);

describe('a clock that all requests of one device show', () => {
  it('is one device’s, however they are held up, repeated and overtaken', () =>
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 100_000 }), journeys, (ahead, requests) => {
        let at = 0;
        const arrivals = requests.flatMap(({ untilNext, isLate, delay, isRepeated, transit }) => {
          at += untilNext;
          const arrival = { at: at + (isLate ? delay : transit), writtenAt: at };
          return isRepeated ? [arrival, { ...arrival, at: arrival.at + delay }] : [arrival];
        });
        const inOrder = arrivals.toSorted((a, b) => a.at - b.at);
        expect(isOne(inOrder.map(({ at: arrivedAt, writtenAt }) => ahead + writtenAt - arrivedAt))).toBe(true);
      }),
      { numRuns: 500 },
    ));

  it('is one device’s, although it is set, runs away and falls back to where it began', () => {
    const jumps = fc.array(
      fc.oneof(fc.constant(0), fc.constant(31_536_000), fc.integer({ min: -3600, max: 3600 }), fc.constant(-1.7e9)),
      { maxLength: 9 },
    );
    fc.assert(
      fc.property(jumps, fc.integer({ min: 1, max: 5 }), (clocks, each) => {
        expect(isOne(clocks.flatMap((clock) => turns(each, clock)))).toBe(true);
      }),
    );
    // Each time the battery is empty it begins at the same date, which is further and further back.
    expect(isOne(Array.from({ length: 30 }, (_, n) => [0, -1e9 - n * 4000]).flat())).toBe(true);
    expect(isOne(Array.from({ length: 500 }, (_, n) => n * 9))).toBe(true);
  });

  it('is one device’s that is in doubt about its zone', () => {
    expect(isOne(turns(20, 0, 3600))).toBe(true);
    expect(isOne(turns(20, 5, -5400))).toBe(true);
  });

  it('is one device’s that waits for its connection as long as it ever does', () =>
    expect(isOne(turns(20, 0, -3, 0, -7, 0, -15, -31, 0, -63))).toBe(true));
});

describe('two clocks that take turns', () => {
  /** Far enough from each other, and no zone apart. */
  const difference = fc
    .integer({ min: 190, max: 90_000 })
    .filter((seconds) => Math.abs(seconds - Math.round(seconds / 900) * 900) > 30);

  it('are two devices’, after six turns of each at the latest, and are kept apart from then on', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: -10_000, max: 10_000 }),
        difference,
        fc.boolean(),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })), {
          minLength: 8,
          maxLength: 12,
        }),
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        (first, apart, isFaster, rounds, transit) => {
          const clocks = [first, isFaster ? first + apart : first - apart] as const;
          const requests = rounds.flatMap((counts, round) =>
            counts.flatMap((count, who) =>
              Array.from({ length: count }, () => ({
                who,
                round,
                shown: (clocks[who] ?? 0) - (transit.next().value ?? 0),
              })),
            ),
          );
          const told = play(requests.map(({ shown }) => shown));
          const later = requests.flatMap(({ who, round }, n) => (round > 5 ? [[who, told[n]]] : []));
          expect(later).toEqual(later.map(([who]) => [who, who === 1 ? 'copy 1' : undefined]));
        },
      ),
    ));

  it('are not told apart before', () => expect(isOne(turns(5, 0, 400))).toBe(true));

  it('are still told apart when requests are held up, or a clock drifts', () => {
    const apart = [...turns(6, 0, 400)];
    const copy = 'copy 1';
    expect(play([...apart, 400, -240, 0, 300]).slice(-4)).toEqual([copy, undefined, undefined, copy]);
    const drifting = Array.from({ length: 20 }, (_, n) => [n * 40, 400 + n * 40]).flat();
    expect(play([...apart, ...drifting]).slice(-2)).toEqual([undefined, copy]);
  });

  it('let the original be given another clock', () => {
    const told = play([...turns(6, 0, 400), ...turns(9, 1000, 400)]);
    expect(told.slice(-2)).toEqual([undefined, 'copy 1']);
    expect(new Set(told)).toEqual(new Set([undefined, 'copy 1']));
  });

  it('may be three', () => {
    const told = play(turns(20, 0, 400, -250));
    expect(told.slice(-3)).toEqual([undefined, 'copy 1', 'copy 2']);
  });
});

it('remembers few clocks', () =>
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -100_000, max: 100_000 }), { minLength: 50, maxLength: 200 }), (shown) => {
      let record: ClockRecord | undefined;
      for (const ahead of shown) record = judgeClock(record, ahead, String).record;
      expect(record?.clocks.length).toBeLessThanOrEqual(6);
    }),
  ));
