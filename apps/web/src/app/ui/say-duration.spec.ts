import { sayDuration } from './say-duration.ts';

it.each([
  [0, '0 min'],
  [10, '1 min'],
  [120, '2 min'],
  [3_600, '1 hr'],
  [3_900, '1 hr, 5 min'],
])('says %i seconds as a person does', (seconds, said) => {
  expect(sayDuration(seconds)).toBe(said);
});
