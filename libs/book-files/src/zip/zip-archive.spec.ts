import { crc32 } from 'node:zlib';
import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import JSZip from 'jszip';
import yauzl from 'yauzl';
import { corpusBooks, makeZip } from '@bookorbit/testing';
import { withFileSource } from '../file-source.ts';
import { zip64, zipThatLies, zipWithExtra } from '../testing/hostile-zip.ts';
import { temporaryBooks } from '../testing/temporary-books.ts';
import { openZip, openZipOrRest, type ZipArchive } from './zip-archive.ts';

const books = temporaryBooks();
const MIB = 1024 * 1024;

describe('a zip', () => {
  it('lists what yauzl lists, for every zip of the corpus', async () => {
    const paths = corpusBooks().filter((path) => /\.(?:epub|cbz|zip|docx)$/.test(path));
    if (paths.length === 0) return expect(await listed(await books.write('one.zip', SMALL))).toHaveLength(2);
    for (const path of paths) expect([path, await listed(path)]).toEqual([path, await listedByYauzl(path)]);
  });

  it('gives back what JSZip packed, whatever it was', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), fc.boolean(), async (content, isStored) => {
        const zip = new JSZip().file('a/b.bin', content, { compression: isStored ? 'STORE' : 'DEFLATE' });
        const path = await books.write('packed.zip', await zip.generateAsync({ type: 'uint8array' }));
        expect(new Uint8Array(await readEntry(path, 'a/b.bin'))).toEqual(content);
      }),
      { numRuns: 30 },
    ));

  it('opens with anything up to a megabyte before or after it', () =>
    fc.assert(
      fc.asyncProperty(fc.nat({ max: 100_000 }), fc.nat({ max: 900_000 }), async (before, after) => {
        const bytes = Buffer.concat([Buffer.alloc(before, 'x'), SMALL, Buffer.alloc(after)]);
        expect(String(await readEntry(await books.write('garbage.zip', bytes), 'b.txt'))).toBe(SECOND);
      }),
      { numRuns: 20 },
    ));

  it('opens in the 64-bit form, shifted or not', async () => {
    const bytes = zip64('big.txt', Buffer.from('wide'), crc32('wide'));
    expect(String(await readEntry(await books.write('64.zip', bytes), 'big.txt'))).toBe('wide');
    const shifted = Buffer.concat([Buffer.alloc(77), bytes]);
    expect(String(await readEntry(await books.write('64s.zip', shifted), 'big.txt'))).toBe('wide');
  });

  it('is listed to its end, whatever count the end record claims', async () => {
    for (const count of [0, 1, 0xffff]) {
      const bytes = Buffer.from(SMALL);
      bytes.writeUInt16LE(count, bytes.length - 22 + 10);
      expect(await listed(await books.write('count.zip', bytes))).toHaveLength(2);
    }
  });

  it('is listed although an extra field is longer than its line says, as KOReader lists it', async () => {
    const path = await books.write('extra.zip', zipWithExtra(SMALL, 'a.txt', Buffer.from([0x55, 0x54, 0xff, 0xff, 1])));
    expect(String(await readEntry(path, 'a.txt'))).toBe('first');
    expect(String(await readEntry(path, 'b.txt'))).toBe(SECOND);
  });

  it('keeps what was listed before a line that cannot be understood', async () => {
    const wideWithoutSizes = zipThatLies(SMALL, 'b.txt', { size: 0xffff_ffff });
    const path = await books.write('wide.zip', zipWithExtra(wideWithoutSizes, 'b.txt', Buffer.from([1, 0, 0, 0])));
    expect(await listed(path)).toHaveLength(1);
    expect(String(await readEntry(path, 'a.txt'))).toBe('first');
  });

  it('never fails but with a stated problem, however its bytes are changed or cut', () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat({ max: 255 }), fc.nat(), async (at, byte, length) => {
        const bytes = Buffer.from(SMALL).subarray(0, 1 + (length % (2 * SMALL.length)));
        bytes[at % bytes.length] = byte;
        const path = await books.write('fuzzed.zip', bytes);
        const outcome = await readAll(path).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome.name).toBe('BookFileProblem');
      }),
      { numRuns: 200 },
    ));
});

describe('an entry', () => {
  it.each([
    ['claims a method nobody knows', { method: 12 }, 'unsupported_compression'],
    ['is encrypted', { flags: 1 }, 'password_protected'],
    ['is strongly encrypted', { flags: 0x41 }, 'password_protected'],
    ['has another checksum', { crc32: 1 }, 'damaged_content'],
    ['ends after the file', { compressedSize: 4000 }, 'damaged_content'],
    ['starts after the file', { offset: 90_000 }, 'damaged_content'],
    ['starts where no entry does', { offset: 3 }, 'damaged_content'],
  ])('that %s is refused', async (_, lie, code) => {
    const path = await books.write('lie.zip', zipThatLies(SMALL, 'b.txt', lie));
    await expect(readEntry(path, 'b.txt')).rejects.toMatchObject({ name: 'BookFileProblem', code });
  });

  it('is read in full when only the claimed unpacked size is wrong', async () => {
    const path = await books.write('lie.zip', zipThatLies(SMALL, 'b.txt', { size: 0x7fff_ffff }));
    expect(String(await readEntry(path, 'b.txt'))).toBe(SECOND);
  });

  it('is never unpacked beyond the limit, whatever size it claims', async () => {
    const bomb = zipThatLies(makeZip([{ name: 'bomb', content: Buffer.alloc(8 * MIB) }]), 'bomb', { size: 10 });
    const path = await books.write('bomb.zip', bomb);
    await expect(readEntry(path, 'bomb', MIB)).rejects.toMatchObject({ code: 'unpacks_too_large' });
    expect(await readEntry(path, 'bomb', 8 * MIB)).toHaveLength(8 * MIB);
  });

  it('can be read in pieces and left early', async () => {
    const content = Buffer.alloc(5 * MIB, 'abc');
    for (const isStored of [true, false]) {
      const path = await books.write('pieces.zip', makeZip([{ name: 'x', content, isStored }]));
      const pieces = await withArchive(path, async (archive) => {
        const all: Buffer[] = [];
        for await (const piece of archive.readInChunks(entryOf(archive, 'x'))) all.push(Buffer.from(piece));
        for await (const piece of archive.readInChunks(entryOf(archive, 'x'))) if (piece.length > 0) break;
        return all;
      });
      expect(Buffer.concat(pieces).equals(content)).toBe(true);
    }
  });

  it('that is damaged fails in pieces, too', async () => {
    const bytes = Buffer.from(SMALL);
    bytes.fill(0xff, bytes.indexOf('b.txt') + 5, bytes.indexOf('b.txt') + 15);
    const path = await books.write('damaged.zip', bytes);
    const reading = withArchive(path, async (archive) => {
      for await (const piece of archive.readInChunks(entryOf(archive, 'b.txt'))) expect(piece).toBeDefined();
    });
    await expect(reading).rejects.toMatchObject({ code: 'damaged_content' });
  });
});

// What KOReader lists of the same bytes.
describe('a zip without a directory', () => {
  const THREE = makeZip([
    { name: 'a.txt', content: 'first', isStored: true },
    { name: 'b/c.txt', content: 'second' },
    { name: 'd.txt', content: 'third, which is long enough to be cut somewhere' },
  ]);
  const directory = THREE.indexOf('PK\x01\x02', 0, 'latin1');

  it('is no sound one', async () => {
    const path = await books.write('cut.zip', THREE.subarray(0, directory));
    await expect(withArchive(path, async () => undefined)).rejects.toMatchObject({ code: 'damaged_archive' });
  });

  it.each([
    ['no end record', THREE.length - 22, ['a.txt', 'b/c.txt', 'd.txt']],
    ['all of it', directory, ['a.txt', 'b/c.txt']],
    ['the end of an entry', directory - 9, ['a.txt', 'b/c.txt']],
    ['two entries', THREE.indexOf('d.txt') - 30, ['a.txt']],
  ])('and %s lists the entries in front', async (_what, length, names) => {
    const path = await books.write('cut.zip', THREE.subarray(0, length));
    await withFileSource(path, async (source) => {
      const archive = await openZipOrRest(source);
      expect(archive.entries.map(({ name }) => name)).toEqual(names);
      for (const entry of archive.entries) expect(await archive.read(entry, MIB)).toHaveLength(entry.size);
    });
  });

  it('is damaged where it does not begin with an entry, or ends in a header', async () => {
    const cuts = [THREE.subarray(1, directory), THREE.subarray(0, 20), THREE.subarray(0, directory + 20)];
    for (const bytes of [...cuts, THREE.subarray(0, THREE.indexOf('d.txt') + 2)]) {
      const opening = withFileSource(await books.write('no.zip', bytes), openZipOrRest);
      await expect(opening).rejects.toMatchObject({ code: 'damaged_archive' });
    }
  });
});

describe('names', () => {
  it('find the first of several entries, then one that differs in case or Unicode form', async () => {
    const zip = makeZip([
      { name: 'Caf\u00e9.xhtml', content: 'first' },
      { name: 'Cafe\u0301.xhtml', content: 'second' },
      { name: 'Caf\u00e9.xhtml', content: 'third' },
    ]);
    const path = await books.write('names.zip', zip);
    expect(String(await readEntry(path, 'Caf\u00e9.xhtml'))).toBe('first');
    expect(String(await readEntry(path, 'Cafe\u0301.xhtml'))).toBe('second');
    expect(String(await readEntry(path, 'CAF\u00c9.XHTML'))).toBe('first');
  });

  it('with backslashes are those with slashes', async () => {
    const path = await books.write('backslash.zip', makeZip([{ name: 'OEBPS\\c1.xhtml', content: 'x' }]));
    expect(String(await readEntry(path, 'OEBPS/c1.xhtml'))).toBe('x');
  });

  it('of symbolic links and folders find nothing', async () => {
    const zip = zipThatLies(makeZip([{ name: 'link', content: '/etc/passwd' }]), 'link', { mode: 0o120777 });
    await withArchive(await books.write('link.zip', zip), async (archive) => {
      expect(archive.find('link')).toBeUndefined();
      expect(archive.entries[0]?.isSymlink).toBe(true);
    });
  });
});

const SECOND = 'second file, long enough to be deflated: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const SMALL = makeZip([
  { name: 'a.txt', content: 'first', isStored: true },
  { name: 'b.txt', content: SECOND },
]);

function withArchive<T>(path: string, use: (archive: ZipArchive) => Promise<T>): Promise<T> {
  return withFileSource(path, async (source) => use(await openZip(source)));
}

function entryOf(archive: ZipArchive, name: string) {
  const entry = archive.find(name);
  if (entry === undefined) throw new Error(`no entry ${name}`);
  return entry;
}

function readEntry(path: string, name: string, maxBytes = 16 * MIB): Promise<Buffer> {
  return withArchive(path, (archive) => archive.read(entryOf(archive, name), maxBytes));
}

function readAll(path: string): Promise<void> {
  return withArchive(path, async (archive) => {
    for (const entry of archive.entries) await archive.read(entry, MIB);
  });
}

interface Listed {
  readonly crc32: number;
  readonly size: number;
  readonly offset: number;
}

function listed(path: string): Promise<Listed[]> {
  return withArchive(path, async ({ entries }) => entries.map(({ crc32, size, offset }) => ({ crc32, size, offset })));
}

async function listedByYauzl(path: string): Promise<Listed[]> {
  const zip = await yauzl.fromBufferPromise(await readFile(path), { decodeStrings: false });
  const entries: Listed[] = [];
  for await (const entry of zip.eachEntry()) {
    entries.push({ crc32: entry.crc32, size: entry.uncompressedSize, offset: entry.relativeOffsetOfLocalHeader });
  }
  return entries;
}
