import fc from 'fast-check';
import { fingerprintSamples, isFingerprint, PARTIAL_MD5_OFFSETS } from './partial-md5.ts';

describe('the samples of a document fingerprint', () => {
  it('lie at 0 and at 1024 · 4^i for i = 0…10', () => {
    expect(PARTIAL_MD5_OFFSETS).toEqual([
      0, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864, 268435456, 1073741824,
    ]);
  });

  it('follow KOReader’s loop: seek, read up to 1024 bytes, stop at the first empty read', () =>
    fc.assert(
      fc.property(sizes(), (size) => {
        expect(fingerprintSamples(size)).toEqual(samplesOfTheLoop(size));
      }),
    ));

  it.each([
    [0, []],
    [1, [[0, 1]]],
    [1024, [[0, 1024]]],
    [1025, [[0, 1024], [1024, 1]]], // prettier-ignore
  ])('of %i bytes', (size, expected) => {
    expect(fingerprintSamples(size).map(({ offset, bytes }) => [offset, bytes])).toEqual(expected);
  });

  it('never overlap and never go past the end', () =>
    fc.assert(
      fc.property(sizes(), (size) => {
        let end = 0;
        for (const { offset, bytes } of fingerprintSamples(size)) {
          expect(offset).toBeGreaterThanOrEqual(end);
          end = offset + bytes;
          expect(end).toBeLessThanOrEqual(size);
        }
      }),
    ));
});

describe('a fingerprint', () => {
  it('is 32 hex digits in lower case', () => {
    expect(isFingerprint('8175e0aa0123456789abcdef01234567')).toBe(true);
    expect(isFingerprint('8175E0AA0123456789ABCDEF01234567')).toBe(false);
    expect(isFingerprint('8175e0aa0123456789abcdef0123456')).toBe(false);
    expect(isFingerprint('8175e0aa0123456789abcdef01234567\n')).toBe(false);
  });
});

/** Any size, and mostly those around a sample's start or end. */
function sizes(): fc.Arbitrary<number> {
  const nearSample = fc
    .tuple(fc.constantFrom(...PARTIAL_MD5_OFFSETS), fc.constantFrom(0, 1024), fc.integer({ min: -2, max: 2 }))
    .map(([offset, add, step]) => Math.max(0, offset + add + step));
  return fc.oneof({ weight: 3, arbitrary: nearSample }, fc.nat({ max: 3 * 1024 ** 3 }));
}

function samplesOfTheLoop(size: number) {
  const samples = [];
  for (let i = -1; i <= 10; i++) {
    // LuaJIT takes the shift count modulo 32 and the result modulo 2^32.
    const offset = Number(BigInt.asUintN(32, 1024n << BigInt((2 * i) & 31)));
    const bytes = Math.max(0, Math.min(1024, size - offset));
    if (bytes === 0) break;
    samples.push({ offset, bytes });
  }
  return samples;
}
