import { type BookAddress, addressFromChoice, choiceFromAddress } from './book-query.ts';

const NOTHING: BookAddress = { q: undefined, sort: undefined, order: undefined, library: undefined, only: undefined };

describe('choiceFromAddress', () => {
  it('sorts by title when nothing is said', () => {
    expect(choiceFromAddress(NOTHING)).toEqual({ sort: 'title', order: 'asc' });
  });

  it('puts the newest first where a date decides', () => {
    expect(choiceFromAddress({ ...NOTHING, sort: 'added' }).order).toBe('desc');
  });

  it('makes the best of an address somebody broke', () => {
    expect(
      choiceFromAddress({ q: '  ', sort: 'price', order: 'sideways', library: '-3; DROP', only: 'everything' }),
    ).toEqual({ sort: 'title', order: 'asc' });
  });
});

it.each([
  { ...NOTHING },
  { ...NOTHING, q: 'les misérables', sort: 'added', order: 'asc' },
  { ...NOTHING, library: '7', only: 'problem' },
])('comes back from the address as it went in: %p', (address) => {
  const choice = choiceFromAddress(address);
  const said = addressFromChoice(choice);
  const text = (value: string | number | null): string | undefined => (value === null ? undefined : String(value));
  expect(
    choiceFromAddress({
      q: text(said.q),
      sort: text(said.sort),
      order: text(said.order),
      library: text(said.library),
      only: text(said.only),
    }),
  ).toEqual(choice);
});
