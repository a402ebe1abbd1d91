import fc from 'fast-check';
import { attachment, holdsIfRange, namesTag, parseByteRange } from './byte-range.ts';

describe('a Range header', () => {
  it.each([
    [undefined, { kind: 'whole' }],
    ['bytes=0-', { kind: 'part', start: 0, end: 99 }],
    ['bytes=10-19', { kind: 'part', start: 10, end: 19 }],
    ['bytes=90-500', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-10', { kind: 'part', start: 90, end: 99 }],
    ['bytes=-500', { kind: 'part', start: 0, end: 99 }],
    ['bytes=100-', { kind: 'unsatisfiable' }],
    ['bytes=-0', { kind: 'unsatisfiable' }],
    ['bytes=20-10', { kind: 'whole' }],
    ['bytes=0-1,5-6', { kind: 'whole' }],
    ['pages=1-2', { kind: 'whole' }],
    ['bytes=-', { kind: 'whole' }],
  ])('%j of 100 bytes is %j', (header, range) => expect(parseByteRange(header, 100)).toEqual(range));

  it('never leads outside the file, whatever it says', () =>
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,9}-\d{0,9}$/)), fc.nat(), (header, size) => {
        const range = parseByteRange(header, size);
        if (range.kind !== 'part') return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    ));

  it('cannot be met by an empty file', () => {
    expect(parseByteRange('bytes=0-', 0)).toEqual({ kind: 'unsatisfiable' });
  });
});

describe('tags', () => {
  it('are found in a list, weak or not', () => {
    expect(namesTag('"a", W/"b"', '"b"')).toBe(true);
    expect(namesTag('*', '"b"')).toBe(true);
    expect(namesTag('"a"', '"b"')).toBe(false);
    expect(namesTag(undefined, '"b"')).toBe(false);
  });

  it('must be the very same for If-Range', () => {
    expect(holdsIfRange('W/"b"', '"b"', 'x')).toBe(false);
    expect(holdsIfRange('"b"', '"b"', 'x')).toBe(true);
    expect(holdsIfRange(undefined, '"b"', 'x')).toBe(true);
  });
});

describe('the name of a download', () => {
  it('is a legal header for every name', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(attachment(name)).toMatch(/^attachment; filename="[^"\\]*"; filename\*=UTF-8''[\x21-\x7e]*$/);
      }),
    ));

  it('keeps other scripts', () => {
    expect(attachment('小説 "x".epub')).toBe(
      `attachment; filename="__ _x_.epub"; filename*=UTF-8''%E5%B0%8F%E8%AA%AC%20%22x%22.epub`,
    );
  });
});
