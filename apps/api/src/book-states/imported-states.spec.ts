import { takeBackState } from './imported-states.ts';

const UNTOUCHED = { status: 'unread', rating: null, review: null, readings: [] } as const;
const IMPORTED = {
  status: 'finished',
  statusSetBy: 'user',
  statusAt: 100,
  rating: 4,
  ratingAt: 100,
  review: null,
  readings: [{ endedAt: 100, outcome: 'finished' }],
} as const;

describe('taking back what an import did to the state of a book', () => {
  it('leaves it as it was', () => {
    const taken = takeBackState(UNTOUCHED, IMPORTED, IMPORTED);
    expect(taken).toEqual({
      state: expect.objectContaining({ ...UNTOUCHED, statusSetBy: undefined }),
      reverted: 2,
      kept: 0,
    });
  });

  it('keeps what somebody set since, field by field', () => {
    const since = { ...IMPORTED, rating: 2, ratingAt: 200 };
    const taken = takeBackState(UNTOUCHED, IMPORTED, since);
    expect(taken).toMatchObject({
      state: { status: 'unread', readings: [], rating: 2, ratingAt: 200 },
      reverted: 1,
      kept: 1,
    });
  });

  it('has nothing to do where the import changed nothing', () => {
    expect(takeBackState(IMPORTED, IMPORTED, UNTOUCHED)).toEqual({ state: UNTOUCHED, reverted: 0, kept: 0 });
  });
});
