import { sayPercentage } from './progress-line.ts';
import { saySize } from './say-size.ts';
import { sayWhen } from './when.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;

it.each([
  [0.5, 'just now'],
  [1, '1 minute ago'],
  [59, '59 minutes ago'],
  [60, '1 hour ago'],
  [60 * 24, 'yesterday'],
  [60 * 24 * 6, '6 days ago'],
  [60 * 24 * 7, 'Nov 16, 2026'],
])('says %d minutes ago as “%s”', (minutes, words) => {
  expect(sayWhen(NOW - minutes * MINUTE, NOW)).toBe(words);
});

it('does not say that something is still to come because a clock is a little ahead', () => {
  expect(sayWhen(NOW + 5 * MINUTE, NOW)).toBe('just now');
});

it('calls a book fully read only at its very end', () => {
  expect(sayPercentage(0.999)).toBe('99%');
  expect(sayPercentage(1)).toBe('100%');
});

it.each([
  [999, '999 byte'],
  [1_500, '1.5 kB'],
  [734_211, '734 kB'],
  [12_734_211, '13 MB'],
])('says %d bytes as %s', (bytes, words) => {
  expect(saySize(bytes)).toBe(words);
});
