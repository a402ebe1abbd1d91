import fc from 'fast-check';
import {
  type BookReading,
  changeTimeOf,
  type FieldReport,
  type FieldValue,
  mergeField,
  mergeStatus,
  readAfterChoice,
  READING_STATUSES,
  readingsAfter,
  type StatusState,
  statusByProgress,
  USUAL_THRESHOLDS,
  statusForDevice,
  statusFromDevice,
} from './index.ts';

const dayOf = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
const values = fc.constantFrom(null, 1, 2, 3);
const times = fc.option(fc.integer({ min: 1_700_000_000, max: 1_700_400_000 }), { nil: undefined });
const servers: fc.Arbitrary<FieldValue<number>> = fc.record({ value: values, changedAt: times });
const reports: fc.Arbitrary<FieldReport<number>> = fc.oneof(
  fc.constant({ kind: 'absent' as const }),
  fc.record({ kind: fc.constant('cleared' as const), changedAt: times }),
  fc.record({ kind: fc.constant('set' as const), value: fc.constantFrom(1, 2, 3), changedAt: times }),
);
const known = fc.option(values, { nil: undefined });

describe('mergeField', () => {
  it('changes nothing the second time', () =>
    fc.assert(
      fc.property(servers, known, reports, (server, before, report) => {
        const once = mergeField(server, before, report, dayOf);
        const sent = report.kind === 'set' ? report.value : null;
        const after = report.kind === 'absent' ? before : sent;
        expect(mergeField(once.field, after, report, dayOf).field.value).toBe(once.field.value);
      }),
    ));

  it('never clears what is merely absent', () =>
    fc.assert(
      fc.property(servers, known, (server, before) =>
        expect(mergeField(server, before, { kind: 'absent' }, dayOf).field).toBe(server),
      ),
    ));

  it('leaves the server alone when the device still says what it was known to say', () =>
    fc.assert(
      fc.property(servers, fc.constantFrom(1, 2, 3), times, (server, value, changedAt) => {
        fc.pre(!(changedAt !== undefined && server.changedAt !== undefined && changedAt > server.changedAt));
        expect(mergeField(server, value, { kind: 'set', value, changedAt }, dayOf).field).toBe(server);
      }),
    ));

  it('lets a device choose again what it had before it was given another value', () => {
    const server = { value: 2, changedAt: 1_700_000_000 };
    const again: FieldReport<number> = { kind: 'set', value: 5, changedAt: 1_700_000_100 };
    expect(mergeField(server, 5, again, dayOf)).toMatchObject({ field: { value: 5 }, isApplied: true });
  });

  it('takes what a device was given and says back for no change of its own', () => {
    const server = { value: 1, changedAt: 1_700_000_200 };
    const echo: FieldReport<number> = { kind: 'set', value: 2 };
    expect(mergeField(server, 1, echo, dayOf, 2).isApplied).toBe(false);
    expect(mergeField(server, undefined, echo, dayOf, 2).isApplied).toBe(false);
    expect(mergeField(server, 1, { ...echo, changedAt: 1_700_000_300 }, dayOf, 2)).toMatchObject({ isApplied: true });
  });

  it('takes what is chosen on a device after it was given the value of the server, though it knows no time', () =>
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 3), times, known, fc.constantFrom(4, 5), (value, changedAt, before, chosen) => {
        const report: FieldReport<number> = { kind: 'set', value: chosen };
        expect(mergeField({ value, changedAt }, before, report, dayOf, value).field.value).toBe(chosen);
      }),
    ));

  it('takes the device where only the device changed, whatever the clocks say', () => {
    const server = { value: 2, changedAt: 2_000_000_000 };
    expect(mergeField(server, 2, { kind: 'set', value: 5, changedAt: 1 }, dayOf)).toMatchObject({
      field: { value: 5 },
      isApplied: true,
    });
  });

  it('lets a device that never spoke not bring back what was cleared later', () => {
    const cleared = { value: null, changedAt: 1_700_000_000 };
    expect(mergeField(cleared, undefined, { kind: 'set', value: 4, changedAt: 1_600_000_000 }, dayOf).isApplied).toBe(
      false,
    );
  });

  it('takes what a device had all along where the server has nothing left, and does not once that was cleared', () => {
    const cleared = { value: null, changedAt: 1_700_000_000 };
    const had: FieldReport<number> = { kind: 'set', value: 4, isDifference: true };
    expect(mergeField(cleared, undefined, had, dayOf)).toMatchObject({ field: { value: 4 }, isApplied: true });
    // Of a client that says everything each time it may be what was cleared.
    const everything: FieldReport<number> = { kind: 'set', value: 4 };
    expect(mergeField(cleared, undefined, everything, dayOf).isApplied).toBe(false);
    expect(mergeField(cleared, 4, had, dayOf)).toMatchObject({ field: { value: null }, isApplied: false });
  });

  it('never takes a value of unknown time over one that is there', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3),
        times,
        known,
        fc.constantFrom(1, 2, 3),
        (value, changedAt, before, said) => {
          fc.pre(before !== value && !(before === undefined && changedAt === undefined));
          expect(
            mergeField({ value, changedAt }, before, { kind: 'set', value: said, isDifference: true }, dayOf).field
              .value,
          ).toBe(value);
        },
      ),
    ));

  it('gives the server the same day', () => {
    const server = { value: 2, changedAt: 1_700_000_000 };
    const sameDay: FieldReport<number> = { kind: 'set', value: 5, changedOn: dayOf(1_700_000_000) };
    expect(mergeField(server, 1, sameDay, dayOf).isApplied).toBe(false);
    expect(mergeField(server, 1, { ...sameDay, changedOn: '2030-01-01' }, dayOf).isApplied).toBe(true);
  });

  it('clears on the explicit word', () => {
    expect(mergeField({ value: 4, changedAt: 5 }, 4, { kind: 'cleared', changedAt: 9 }, dayOf).field.value).toBeNull();
  });
});

describe('status', () => {
  it('comes back from a device as it went out, where the device has a word of its own', () => {
    for (const status of ['reading', 'finished', 'abandoned'] as const) {
      const shown = statusForDevice(status);
      expect(shown && statusFromDevice(shown)).toBe(status);
    }
  });
});

describe('statusByProgress', () => {
  it('never overrides a later choice of the user', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...READING_STATUSES),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(1000),
        (status, percentage, before) =>
          expect(
            statusByProgress({ status, setBy: 'user', setAt: 5000, chosenAt: 5000 }, percentage, 5000 - before),
          ).toBeUndefined(),
      ),
    ));

  it('does not forget a choice over the steps that came after it', () => {
    const stepped: StatusState = { status: 'reading', setBy: 'progress', setAt: 6000, chosenAt: 5000 };
    expect(statusByProgress(stepped, 0.99, 4000)).toBeUndefined();
    expect(statusByProgress(stepped, 0.99, 5500)).toBe('finished');
  });

  it('begins at a quarter of a percent and ends at 98', () => {
    expect(statusByProgress(undefined, 0.002, 1)).toBeUndefined();
    expect(statusByProgress(undefined, 0.0025, 1)).toBe('reading');
    expect(statusByProgress(undefined, 0.98, 1)).toBe('finished');
  });

  it('does not take leafing back in a finished book for reading it', () => {
    expect(statusByProgress({ status: 'finished', setBy: 'progress', setAt: 1 }, 0.3, 5)).toBeUndefined();
  });

  it('finishes a second reading too', () => {
    expect(statusByProgress({ status: 'rereading', setBy: 'user', setAt: 1, chosenAt: 1 }, 0.99, 5)).toBe('finished');
  });
});

describe('mergeStatus', () => {
  const by = (status: StatusState['status'], setBy: StatusState['setBy'] = 'user'): StatusState => ({
    status,
    setBy,
    setAt: 1_700_000_000,
    chosenAt: setBy === 'user' ? 1_700_000_000 : undefined,
  });
  const says = (value: 'reading' | 'complete' | 'abandoned', changedAt?: number): FieldReport<typeof value> => ({
    kind: 'set',
    value,
    changedAt,
    changedOn: dayOf(1_700_000_000),
  });

  it('does not take what a device cannot tell apart for a change', () => {
    for (const status of ['on_hold', 'abandoned'] as const)
      expect(mergeStatus(by(status), 'reading', says('abandoned', 2_000_000_000), false, dayOf).isApplied).toBe(false);
    expect(mergeStatus(by('rereading'), 'complete', says('reading', 2_000_000_000), true, dayOf).isApplied).toBe(false);
  });

  it('takes reading after the end for reading again', () => {
    expect(mergeStatus(by('finished'), 'complete', says('reading'), true, dayOf)).toEqual({
      isApplied: true,
      status: 'rereading',
    });
  });

  it('lets a choice that comes late stand over the step it would have prevented', () => {
    const late = says('complete', 1_600_000_000);
    expect(mergeStatus(by('reading', 'progress'), undefined, late, false, dayOf).isApplied).toBe(true);
    expect(mergeStatus(by('reading', 'user'), undefined, late, false, dayOf).isApplied).toBe(false);
  });

  it('lets no choice stand over a later one, whatever step came after that', () => {
    const stepped = { ...by('reading', 'progress'), chosenAt: 1_650_000_000 };
    expect(mergeStatus(stepped, undefined, says('complete', 1_600_000_000), false, dayOf).isApplied).toBe(false);
    expect(mergeStatus(stepped, undefined, says('complete', 1_660_000_000), false, dayOf).isApplied).toBe(true);
  });

  it('makes the steps since a choice that comes late anew, in the order they were read', () => {
    const server: StatusState = { status: 'finished', setBy: 'progress', setAt: 600 };
    const places = [
      { percentage: 0.2, readAt: 700 },
      { percentage: 0.5, readAt: 400 },
    ];
    expect(readAfterChoice(500, server, places, USUAL_THRESHOLDS)).toEqual([
      { percentage: 0.98, readAt: 600 },
      { percentage: 0.2, readAt: 700 },
    ]);
    expect(readAfterChoice(500, by('finished'), places, USUAL_THRESHOLDS)).toEqual([{ percentage: 0.2, readAt: 700 }]);
  });

  it('lets a choice of the same day stand over an automatic step, but not opening the book', () => {
    expect(mergeStatus(by('reading', 'progress'), undefined, says('complete'), false, dayOf).isApplied).toBe(true);
    expect(mergeStatus(by('finished', 'progress'), undefined, says('reading'), true, dayOf).isApplied).toBe(false);
    expect(mergeStatus(by('reading'), undefined, says('complete'), false, dayOf).isApplied).toBe(false);
  });

  it('keeps what a device has no word for until the device changes its mind', () => {
    expect(mergeStatus(by('want_to_read'), 'reading', says('reading'), false, dayOf).isApplied).toBe(false);
    expect(mergeStatus(by('want_to_read'), 'reading', says('complete', 1_700_000_001), false, dayOf)).toEqual({
      isApplied: true,
      status: 'finished',
    });
  });
});

describe('readingsAfter', () => {
  const steps = fc.array(fc.constantFrom(...READING_STATUSES), { maxLength: 12 });
  const readingsOf = (statuses: readonly StatusState['status'][]) => {
    let readings: readonly BookReading[] = [];
    let from: StatusState['status'] = 'unread';
    for (const [n, to] of statuses.entries()) {
      readings = readingsAfter(readings, from, to, n + 1);
      from = to;
    }
    return readings;
  };

  it('leaves at most the last reading open, and never ends one before it began', () =>
    fc.assert(
      fc.property(steps, (statuses) => {
        const readings = readingsOf(statuses);
        for (const { outcome } of readings.slice(0, -1)) expect(outcome).toBeDefined();
        for (const { startedAt, endedAt } of readings)
          if (startedAt !== undefined && endedAt !== undefined) expect(startedAt).toBeLessThanOrEqual(endedAt);
      }),
    ));

  it('keeps the dates of the first time when a book is read again', () => {
    expect(readingsOf(['reading', 'finished', 'rereading', 'finished'])).toEqual([
      { startedAt: 1, endedAt: 2, outcome: 'finished' },
      { startedAt: 3, endedAt: 4, outcome: 'finished' },
    ]);
  });

  it('goes on with the last reading when Finished is taken back', () => {
    expect(readingsOf(['reading', 'finished', 'reading'])).toEqual([{ startedAt: 1 }]);
  });

  it('goes on after a pause and forgets a beginning that was a mistake', () => {
    expect(readingsOf(['reading', 'on_hold', 'reading', 'abandoned', 'reading', 'finished'])).toEqual([
      { startedAt: 1, endedAt: 6, outcome: 'finished' },
    ]);
    expect(readingsOf(['reading', 'unread'])).toEqual([]);
  });
});

describe('changeTimeOf', () => {
  const days = { today: '2023-11-15', endOf: (day: string) => Date.parse(`${day}T23:59:59Z`) / 1000 };

  it('is never after now', () =>
    fc.assert(
      fc.property(
        fc.option(fc.integer(), { nil: undefined }),
        fc.constantFrom(undefined, '2023-11-14', '2030-01-01'),
        (changedAt, changedOn) =>
          expect(changeTimeOf({ changedAt, changedOn }, days, 1_700_000_000)).toBeLessThanOrEqual(1_700_000_000),
      ),
    ));

  it('is the end of a day known by date only', () => {
    expect(changeTimeOf({ changedOn: '2023-11-13' }, days, 1_700_000_000)).toBe(
      Date.parse('2023-11-13T23:59:59Z') / 1000,
    );
  });
});
