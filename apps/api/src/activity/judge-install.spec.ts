import { judgeInstall, type KnownInstall, type SeenInstall } from './judge-install.ts';

/** Plays requests one after the other; tells under which id each is kept. */
function play(requests: readonly Omit<SeenInstall, 'deviceId'>[]): string[] {
  let known: KnownInstall[] = [];
  return requests.map((request) => {
    const decision = judgeInstall(known, { deviceId: 'D', ...request }, (deviceId, marker) => `${deviceId}-${marker}`);
    for (const change of decision.changes) {
      const isKnown = known.some(({ marker }) => marker === change.marker);
      known = isKnown ? known.map((one) => (one.marker === change.marker ? change : one)) : [...known, change];
    }
    return decision.keptAs;
  });
}

describe('judgeInstall', () => {
  it('leaves one installation alone', () => {
    expect(
      play([
        { installId: 'a', model: 'Kobo' },
        { installId: 'a', model: 'Kobo' },
      ]),
    ).toEqual(['D', 'D']);
  });

  it('splits a copy on another model at once, although its install id was copied along', () => {
    const [libra, clara] = [
      { installId: 'a', model: 'Libra' },
      { installId: 'a', model: 'Clara' },
    ];
    expect(play([libra, clara, libra, clara])).toEqual(['D', 'D-a Clara', 'D', 'D-a Clara']);
  });

  it('lets a fresh installation go on as the same device', () => {
    const [before, after] = [
      { installId: 'a', model: 'Kobo' },
      { installId: 'b', model: 'Kobo' },
    ];
    expect(play([before, before, after, after])).toEqual(['D', 'D', 'D', 'D']);
  });

  it('splits the copy on an equal model once both speak', () => {
    const [first, copy] = [
      { installId: 'a', model: 'Kobo' },
      { installId: 'b', model: 'Kobo' },
    ];
    expect(play([first, copy, first, copy, first])).toEqual(['D', 'D', 'D', 'D-b Kobo', 'D']);
  });

  it('takes a client without install id that changes its name for the same, until the old name speaks again', () => {
    expect(play([{ model: 'A' }, { model: 'B' }, { model: 'B' }])).toEqual(['D', 'D', 'D']);
    expect(play([{ model: 'A' }, { model: 'B' }, { model: 'A' }, { model: 'B' }])).toEqual(['D', 'D', 'D', 'D- B']);
  });
});
