import { translatePage, translateShare } from './unstructured.ts';

describe('positions in books without a structure to share', () => {
  it('are never claimed to be more than near, when they are a share of the book', () => {
    expect(translateShare(0.4271)).toEqual({ kind: 'nearby', position: { kind: 'share', percentage: 0.4271 } });
    expect(translateShare(1.2)).toEqual({ kind: 'nearby', position: { kind: 'share', percentage: 1 } });
    expect(translateShare(Number.NaN)).toEqual({ kind: 'lost' });
  });

  it('are the same page everywhere, with the point on it', () => {
    expect(translatePage('12', 300, { x: 10, y: 20 })).toEqual({
      kind: 'exact',
      position: { kind: 'page', page: 12, point: { x: 10, y: 20 } },
    });
    expect(translatePage(301, 300)).toEqual({ kind: 'nearby', position: { kind: 'page', page: 300 } });
    expect(translatePage('/body/p', 300)).toEqual({ kind: 'lost' });
  });
});
