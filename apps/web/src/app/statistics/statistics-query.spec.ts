import {
  addressFromChoice,
  addressFromPeriod,
  choiceFromAddress,
  periodFromAddress,
  queryFromChoice,
  yearsSince,
} from './statistics-query.ts';

const EMPTY = { year: undefined, source: undefined, device: undefined, book: undefined };

it('asks for the days of a year', () => {
  const choice = choiceFromAddress({ year: '2025', source: 'koreader', device: 'KOBO', book: '7' });
  expect(queryFromChoice(choice)).toEqual({
    from: '2025-01-01',
    to: '2025-12-31',
    source: 'koreader',
    deviceId: 'KOBO',
    bookId: 7,
  });
  expect(addressFromChoice(choice)).toEqual({ year: 2025, source: 'koreader', device: 'KOBO', book: 7 });
});

it.each([
  ['year', 'last'],
  ['year', '99999'],
  ['source', 'paper'],
  ['book', '0'],
] as const)('does not mind a %s of “%s”', (name, value) => {
  expect(choiceFromAddress({ ...EMPTY, [name]: value })).toEqual({});
});

it.each([
  ['day', 'day'],
  ['month', 'month'],
  ['week', null],
] as const)('says of the period %s only what the address need say', (period, by) => {
  expect(addressFromPeriod(period)).toEqual({ by });
  expect(periodFromAddress(by ?? undefined)).toBe(period);
});

it('goes by weeks where the address says nothing it knows', () => {
  expect(periodFromAddress('decade')).toBe('week');
});

it('offers every year since the first', () => {
  expect(yearsSince('2023-12-31', '2026-01-01')).toEqual([2026, 2025, 2024, 2023]);
  expect(yearsSince(undefined, '2026-01-01')).toEqual([]);
});
