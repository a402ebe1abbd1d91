import fc from 'fast-check';
import {
  acceptArrival,
  acceptReport,
  type FileProgress,
  newerOf,
  newestOf,
  type ProgressReport,
} from './canonical-progress.ts';

const places = fc.integer({ min: 0, max: 20 });
const reports = fc.record({
  deviceId: fc.constantFrom('kobo-libra', 'phone', 'tablet'),
  source: fc.constant('koreader' as const),
  percentage: places.map((n) => n / 20),
  readAt: fc.integer({ min: 1000, max: 1020 }),
});
/** Reports with the sequence the server gives them as they arrive. */
const arrivals = fc
  .array(reports, { maxLength: 30 })
  .map((list) => list.map((report, n) => reportOf({ ...report, sequence: n + 1 })));

function reportOf(fields: Partial<ProgressReport> & { percentage: number }): ProgressReport {
  return {
    deviceId: 'phone',
    source: 'koreader',
    sequence: 1,
    position: { xpointer: `/body/p[${Math.round(fields.percentage * 20) + 2}]` },
    ...fields,
  };
}

/** Plays reports in as the server does: each source's own row, and the shared place. */
function play(
  list: readonly ProgressReport[],
  accept = acceptReport,
): { shared?: ProgressReport; rows: Map<string, ProgressReport>; news: number } {
  const rows = new Map<string, ProgressReport>();
  let shared: ProgressReport | undefined;
  let news = 0;
  for (const report of list) {
    const known: FileProgress = { shared, own: rows.get(report.deviceId) };
    const decision = accept(known, report);
    if (decision.own) rows.set(report.deviceId, decision.own);
    shared = decision.shared ?? shared;
    if (decision.isNews) news += 1;
  }
  return { shared, rows, news };
}

describe('newerOf', () => {
  const anyReport = fc
    .tuple(reports, fc.boolean(), fc.nat())
    .map(([report, isKnown, sequence]) =>
      reportOf({ ...report, readAt: isKnown ? report.readAt : undefined, sequence }),
    );

  it('is commutative but for equal sequences, associative and idempotent', () =>
    fc.assert(
      fc.property(
        fc.uniqueArray(anyReport, { minLength: 3, maxLength: 3, selector: (report) => report.sequence }),
        ([a, b, c]) => {
          if (!a || !b || !c) return;
          expect(newerOf(a, b)).toBe(newerOf(b, a));
          expect(newerOf(newerOf(a, b), c)).toBe(newerOf(a, newerOf(b, c)));
          expect(newerOf(a, a)).toBe(a);
        },
      ),
    ));

  it('gives the same newest whatever the order', () =>
    fc.assert(
      fc.property(arrivals, fc.gen(), (list, gen) => {
        const shuffled = gen(() => fc.shuffledSubarray(list, { minLength: list.length }));
        expect(newestOf(shuffled)).toBe(newestOf(list));
      }),
    ));
});

describe('acceptReport', () => {
  it('never moves the shared place to something read earlier', () =>
    fc.assert(
      fc.property(arrivals, (list) => {
        let before = -1;
        for (let n = 1; n <= list.length; n += 1) {
          const readAt = play(list.slice(0, n)).shared?.readAt ?? -1;
          expect(readAt).toBeGreaterThanOrEqual(before);
          before = readAt;
        }
      }),
    ));

  it('changes nothing the second time', () =>
    fc.assert(
      fc.property(arrivals, (list) => {
        const [last] = list.slice(-1);
        if (!last) return;
        const once = play(list);
        const twice = play([...list, { ...last, sequence: last.sequence + 1 }]);
        expect(twice.shared?.percentage).toBe(once.shared?.percentage);
        expect(twice.shared?.readAt).toBe(once.shared?.readAt);
      }),
    ));

  it('ends at the same shared place in whatever order distinct places arrive', () =>
    fc.assert(
      fc.property(fc.uniqueArray(reports, { maxLength: 15, selector: (r) => r.readAt }), fc.gen(), (list, gen) => {
        const distinct = list.map((report, n) =>
          reportOf({ ...report, percentage: n / 20, position: { xpointer: `/body/p[${n + 2}]` } }),
        );
        const shuffled = gen(() => fc.shuffledSubarray(distinct, { minLength: distinct.length }));
        const numbered = (all: ProgressReport[]) => all.map((report, n) => ({ ...report, sequence: n + 1 }));
        expect(play(numbered(shuffled)).shared?.readAt).toBe(play(numbered(distinct)).shared?.readAt);
      }),
    ));

  it('keeps the newer place of the phone when the e-reader uploads old reading late', () => {
    const phone = reportOf({ percentage: 0.6, readAt: 2000 });
    const late = reportOf({ deviceId: 'kobo-libra', percentage: 0.3, readAt: 1500, sequence: 2 });
    const { shared, rows } = play([phone, late]);
    expect(shared).toBe(phone);
    expect(rows.get('kobo-libra')).toBe(late);
  });

  it('follows a jump back that was really read later', () => {
    const back = reportOf({ percentage: 0.1, readAt: 3000, sequence: 2 });
    expect(play([reportOf({ percentage: 0.6, readAt: 2000 }), back]).shared).toBe(back);
  });

  it('does not take opening a book at its old place for reading', () => {
    const old = reportOf({ deviceId: 'kobo-libra', percentage: 0.3, readAt: 1000 });
    const newer = reportOf({ percentage: 0.6, readAt: 2000, sequence: 2 });
    const opened = { ...old, readAt: 3000, sequence: 3 };
    expect(play([old, newer, opened])).toMatchObject({ shared: newer, news: 2 });
  });

  it('takes xpointers with and without [1] for one place', () => {
    const short = reportOf({
      percentage: 0.3,
      readAt: 1000,
      position: { xpointer: '/body/DocFragment[4]/body/p[2]/text().0' },
    });
    const long = {
      ...short,
      readAt: 1500,
      sequence: 2,
      position: { xpointer: '/body[1]/DocFragment[4]/body[1]/p[2]/text()[1].0' },
    };
    expect(play([short, long]).news).toBe(1);
  });

  it('takes two places within a sentence for one: a page drawn anew is no reading', () => {
    const at = (deviceId: string, offset: number, percentage: number, readAt: number, node = 'p[2]/text()') =>
      reportOf({
        deviceId,
        percentage,
        readAt,
        sequence: readAt,
        position: { xpointer: `/body/DocFragment[4]/body/${node}.${offset}` },
      });
    const phone = at('phone', 0, 0.6, 2000, 'p[40]/text()');
    const opened = at('kobo', 9, 0.3001, 3000);
    expect(play([at('kobo', 5, 0.3, 1000), phone, opened])).toMatchObject({ shared: phone, news: 2 });
    // A page further in the same long paragraph, another paragraph, and a text beside an inline tag are places of their own.
    for (const readOn of [
      at('kobo', 900, 0.303, 3000),
      at('kobo', 5, 0.301, 3000, 'p[3]/text()'),
      at('kobo', 9, 0.3001, 3000, 'p[2]/text()[2]'),
    ])
      expect(play([at('kobo', 5, 0.3, 1000), phone, readOn]).shared).toBe(readOn);
    // Nor is a pointer believed that lies elsewhere in the book.
    const odd = at('kobo', 9, 0.9, 3000);
    expect(play([at('kobo', 5, 0.3, 1000), phone, odd]).shared).toBe(odd);
  });

  it('takes two places of the web reader within a sentence for one', () => {
    const at = (offset: number, readAt: number) =>
      reportOf({ percentage: 0.3, readAt, sequence: readAt, position: { cfi: `epubcfi(/6/4!/4/2/1:${offset})` } });
    expect(play([at(5, 1000), at(40, 2000)]).news).toBe(1);
    expect(play([at(5, 1000), at(400, 2000)]).news).toBe(2);
  });

  it('lets a report without a time move its own row only', () => {
    const known = reportOf({ percentage: 0.6, readAt: 2000 });
    const unknown = reportOf({ deviceId: 'kobo-libra', percentage: 0.9, readAt: undefined, sequence: 2 });
    const { shared, rows } = play([known, unknown]);
    expect(shared).toBe(known);
    expect(rows.get('kobo-libra')).toBe(unknown);
  });

  it('follows a lone device that never tells the time, and leaves it for the first that does', () => {
    const timeless = (percentage: number, sequence: number) =>
      reportOf({ deviceId: 'kobo-libra', percentage, readAt: undefined, sequence });
    expect(play([timeless(0.1, 1), timeless(0.2, 2)]).shared?.percentage).toBe(0.2);
    const phone = reportOf({ percentage: 0.05, readAt: 1000, sequence: 3 });
    expect(play([timeless(0.1, 1), timeless(0.2, 2), phone]).shared).toBe(phone);
  });

  it('sends an older item of the same device behind its newer one', () => {
    const newer = reportOf({ percentage: 0.6, readAt: 2000 });
    const older = reportOf({ percentage: 0.5, readAt: 1900, sequence: 2 });
    const { rows, news } = play([newer, older]);
    expect(rows.get('phone')).toBe(newer);
    expect(news).toBe(2);
  });
});

describe('acceptArrival', () => {
  it('lets the last write win, backwards too', () =>
    fc.assert(
      fc.property(arrivals, (list) => {
        const inOrder = list.map((report, n) => ({ ...report, readAt: 1000 + n }));
        expect(play(inOrder, acceptArrival).shared).toBe(inOrder.at(-1));
      }),
    ));
});
