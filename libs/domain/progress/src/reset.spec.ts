import fc from 'fast-check';
import { judgeReset, type Place, type Reset } from './index.ts';

const at = (percentage: number): Place => ({ percentage, position: {} });
const stale = fc.double({ min: 0.06, max: 1, noNaN: true }).map(at);

/** Plays reports against a reset to the start. */
function play(reset: Reset, places: readonly Place[]): string[] {
  let known = reset;
  return places.map((place) => {
    const decision = judgeReset(known, place);
    if (decision.kind === 'held' && decision.firstPlace) known = { ...known, firstPlace: decision.firstPlace };
    return decision.kind;
  });
}

describe('judgeReset', () => {
  it('holds against a device that was not told, wherever it is but at the start', () =>
    fc.assert(
      fc.property(fc.array(stale), (places) =>
        expect(play({ target: 0, isSent: false }, places)).toEqual(places.map(() => 'held')),
      ),
    ));

  it('holds against a device that repeats its old place for ever', () =>
    fc.assert(
      fc.property(stale, fc.integer({ min: 1, max: 9 }), (place, times) =>
        expect(play({ target: 0, isSent: true }, Array<Place>(times).fill(place))).not.toContain('released'),
      ),
    ));

  it('ends with the first five percent', () => {
    expect(play({ target: 0, isSent: false }, [at(0.97), at(0.05)])).toEqual(['held', 'released']);
  });

  it('ends with two different places once the device was told', () => {
    expect(play({ target: 0, isSent: true }, [at(0.97), at(0.97), at(0.98)])).toEqual(['held', 'held', 'released']);
  });

  it('ends where the user stepped back to', () => {
    expect(play({ target: 0.4, isSent: false }, [at(0.97), at(0.41)])).toEqual(['held', 'released']);
  });
});
