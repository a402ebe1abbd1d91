import { CountPipe } from './count-pipe.ts';

it.each([
  [0, '0'],
  [999, '999'],
  [12_345, '12,345'],
])('writes %d as %s in an English browser', (count, written) => {
  expect(new CountPipe().transform(count)).toBe(written);
});
