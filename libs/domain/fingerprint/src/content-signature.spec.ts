import fc from 'fast-check';
import {
  contentSignatureOf,
  isSignatureEntry,
  parseContentSignature,
  signatureEntryBytes,
  type ZipDirectoryEntry,
} from './content-signature.ts';

describe('the content signature', () => {
  it('lists text entries by size, then by crc, in lower-case hex', () => {
    const signature = contentSignatureOf([
      { name: 'OEBPS/b.HTM', crc32: 0xabc, size: 4096 },
      { name: 'OEBPS/cover.jpg', crc32: 1, size: 999_999 },
      { name: 'META-INF/container.xml', crc32: 2, size: 500_000 },
      { name: 'toc.xml', crc32: 0xffff_ffff, size: 10 },
      { name: 'OEBPS/a.xhtml', crc32: 0xabb, size: 4096 },
      { name: 'content.opf', crc32: 3, size: 9000 },
    ]);
    expect(signature).toEqual(['00000abb-1000', '00000abc-1000', 'ffffffff-a']);
  });

  it('needs three text entries', () => {
    expect(contentSignatureOf([text(1), text(2)])).toBeUndefined();
    expect(contentSignatureOf([text(1), text(2), text(3)])).toHaveLength(3);
  });

  it('does not depend on the directory’s order, on names, or on what is no text', () =>
    fc.assert(
      fc.property(directories(), directories(), (directory, other) => {
        const noText = other.map((entry, i) => ({ ...entry, name: `picture-${i}.png` }));
        const renamed = directory.map((entry, i) => ({ ...entry, name: `Text/part${i}.html` }));
        expect(contentSignatureOf([...noText, ...renamed].reverse())).toEqual(contentSignatureOf(directory));
      }),
    ));

  it('is always one that parses, with entries of falling size', () =>
    fc.assert(
      fc.property(directories(), (directory) => {
        const signature = contentSignatureOf(directory);
        if (signature === undefined) return expect(directory.length).toBeLessThan(3);
        expect(parseContentSignature(signature)).toEqual(signature);
        const sizes = signature.map(signatureEntryBytes);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        expect(sizes[0]).toBe(Math.max(...directory.map(({ size }) => size)));
      }),
    ));
});

describe('a signature from a device', () => {
  it.each([
    ['too few entries', ['00000000-1', '00000000-2']],
    ['too many entries', Array.from({ length: 17 }, () => '00000000-1')],
    ['upper case', ['0000000A-1', '00000000-1', '00000000-1']],
    ['a padded size', ['0000000a-01', '00000000-1', '00000000-1']],
    ['a short crc', ['0000a-1', '00000000-1', '00000000-1']],
    ['an absurd size', ['0000000a-1000000000000000', '00000000-1', '00000000-1']],
    ['numbers', [1, 2, 3]],
    ['an object', {}],
    ['nothing', undefined],
  ])('is refused with %s', (_, value) => {
    expect(parseContentSignature(value)).toBeUndefined();
  });

  it('takes any text without failing', () =>
    fc.assert(fc.property(fc.anything(), (value) => expect(typeof isSignatureEntry(value)).toBe('boolean'))));
});

function text(size: number): ZipDirectoryEntry {
  return { name: `${size}.xhtml`, crc32: size, size };
}

function directories(): fc.Arbitrary<ZipDirectoryEntry[]> {
  return fc.array(
    fc.record({
      name: fc.constantFrom('a.xhtml', 'B/c.HTML', 'd.htm', 'x/META-INF.xml'),
      crc32: fc.nat({ max: 0xffff_ffff }),
      size: fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 ** 31 })),
    }),
    { maxLength: 30 },
  );
}
