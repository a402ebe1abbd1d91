import fc from 'fast-check';
import {
  type FieldReport,
  type FieldValue,
  mergeField,
  READING_STATUSES,
  statusByProgress,
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
      fc.property(servers, fc.constantFrom(1, 2, 3), times, (server, value, changedAt) =>
        expect(mergeField(server, value, { kind: 'set', value, changedAt }, dayOf).field).toBe(server),
      ),
    ));

  it('takes the device where only the device changed, whatever the clocks say', () => {
    const server = { value: 2, changedAt: 2_000_000_000 };
    expect(mergeField(server, 2, { kind: 'set', value: 5, changedAt: 1 }, dayOf)).toMatchObject({
      field: { value: 5 },
      isApplied: true,
    });
  });

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
          expect(statusByProgress({ status, setBy: 'user', setAt: 5000 }, percentage, 5000 - before)).toBeUndefined(),
      ),
    ));

  it('begins at a quarter of a percent and ends at 98', () => {
    expect(statusByProgress(undefined, 0.002, 1)).toBeUndefined();
    expect(statusByProgress(undefined, 0.0025, 1)).toBe('reading');
    expect(statusByProgress(undefined, 0.98, 1)).toBe('finished');
  });

  it('does not take leafing back in a finished book for reading it', () => {
    expect(statusByProgress({ status: 'finished', setBy: 'progress', setAt: 1 }, 0.3, 5)).toBeUndefined();
  });

  it('finishes a second reading too', () => {
    expect(statusByProgress({ status: 'rereading', setBy: 'user', setAt: 1 }, 0.99, 5)).toBe('finished');
  });
});
