import fc from 'fast-check';
import { sharedByteShare } from './shared-bytes.ts';

describe('the share of bytes two signatures have in common', () => {
  it('weighs entries by their size', () => {
    expect(sharedByteShare(['00000001-60', '00000002-20'], ['00000002-20', '00000003-ff'])).toBe(0.25);
  });

  it('needs an entry listed twice to be there twice', () => {
    expect(sharedByteShare(['00000001-10', '00000001-10'], ['00000001-10'])).toBe(0.5);
  });

  it('is unknown when a signature is missing or lists no bytes', () => {
    expect(sharedByteShare(undefined, ['00000001-10'])).toBeUndefined();
    expect(sharedByteShare(['00000001-10'], undefined)).toBeUndefined();
    expect(sharedByteShare(['00000001-0'], ['00000001-0'])).toBeUndefined();
  });

  it('lies between 0 and 1, is 1 for the signature itself in any order, and never falls as more is known', () =>
    fc.assert(
      fc.property(signatures(), signatures(), (sent, known) => {
        const share = sharedByteShare(sent, known) ?? 0;
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
        expect(sharedByteShare(sent, [...known, ...sent])).toBe(1);
        expect(sharedByteShare(sent, sent.toReversed())).toBe(1);
      }),
    ));
});

function signatures(): fc.Arbitrary<string[]> {
  return fc.array(fc.constantFrom('00000001-1', '00000002-f', '00000003-1000', '00000004-7b'), {
    minLength: 1,
    maxLength: 6,
  });
}
