import type { BookPlace, PlaceStanding } from '@bookorbit/contracts';
import { sayWhy } from './say-why.ts';

function place(standing: PlaceStanding, isCanonical = false): BookPlace {
  return { fileId: 1, source: 'koreader', percentage: 0.5, receivedAt: '2026-11-20T20:00:00Z', isCanonical, standing };
}

describe('sayWhy', () => {
  it.each([
    ['nothing of the only place there is', [place('newest', true)], /^$/],
    ['what was read last', [place('newest', true), place('older')], /read last\.$/],
    ['what was read since it was chosen', [place('held'), place('newest', true)], /after you chose .* is offered it/],
    ['what was chosen', [place('chosen', true), place('older')], /^You chose .* since\.$/],
    [
      'what was chosen, and who has not followed',
      [place('held'), place('chosen', true)],
      /^You chose .* is offered it/,
    ],
    ['a clock nobody believes', [place('undated', true)], /clock could not be believed/],
    ['nothing of no place', [], /^$/],
  ])('says %s', (_what, places, words) => {
    expect(sayWhy(places)).toMatch(words);
  });
});
