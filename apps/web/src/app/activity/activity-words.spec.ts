import { sayCounts, sayExchange } from './activity-words.ts';

it('says what came, leaving out what did not and the books', () => {
  expect(sayCounts({ books: 3, places: 1, annotations: 1200, deletes: 0 })).toBe('1 place, 1,200 highlights');
  expect(sayCounts({ books: 3 })).toBeUndefined();
});

it('names every exchange, a future one by its route', () => {
  expect(sayExchange('page-stats')).toBe('Reading time');
  expect(sayExchange('shelves/exchange')).toBe('shelves/exchange');
});
