import type { ProgressReport } from './canonical-progress.ts';
import { standingOf } from './standing.ts';

function reportOf(fields: Partial<ProgressReport>): ProgressReport {
  return { deviceId: 'kobo', source: 'koreader', percentage: 0.5, position: {}, readAt: 1000, sequence: 1, ...fields };
}

describe('standingOf', () => {
  const canonical = reportOf({ sequence: 7, readAt: 1000 });
  const chosen = reportOf({ sequence: 7, readAt: 1000, source: 'web' });

  it.each([
    ['newest', 'the place read last', canonical, canonical, undefined],
    ['newest', 'the place read last after one was set by hand', canonical, canonical, 900],
    ['chosen', 'the place set by hand', chosen, chosen, 1000],
    ['newest', 'what the web reader read since', chosen, chosen, 900],
    ['newest', 'what a device read in the second it was set by hand', canonical, canonical, 1000],
    ['older', 'an earlier one', reportOf({ sequence: 8, readAt: 900 }), canonical, undefined],
    ['older', 'an earlier one of the same second', reportOf({ sequence: 6 }), canonical, undefined],
    ['held', 'a later one that may not move the book', reportOf({ sequence: 8, readAt: 1100 }), chosen, 1000],
    ['undated', 'one without a time', reportOf({ sequence: 8, readAt: undefined }), canonical, undefined],
  ] as const)('is %s for %s', (standing, _which, report, book, chosenAt) => {
    expect(standingOf(report, book, chosenAt)).toBe(standing);
  });

  it('is undated for the only place there is, without a time', () => {
    const only = reportOf({ readAt: undefined });
    expect(standingOf(only, only)).toBe('undated');
  });
});
