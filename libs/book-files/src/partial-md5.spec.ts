import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { open, truncate } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { corpusBooks, sharedPath } from '@bookorbit/testing';
import { partialMd5 } from './partial-md5.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('the fingerprint of a file', () => {
  it('equals the one KOReader computed for every book of the corpus', async () => {
    const shared = sharedPath();
    if (shared === undefined) {
      process.stdout.write('No ../shared here: no real book was read.\n');
      const path = await books.write('small.epub', 'x'.repeat(3000));
      return expect(await partialMd5(path)).toBe(naiveFingerprint(Buffer.from('x'.repeat(3000))));
    }
    const expected = fingerprintsOfManifest(shared);
    const computed = new Map<string, string>();
    for (const path of corpusBooks()) computed.set(basename(path), await partialMd5(path));
    expect(computed).toEqual(expected);
    expect(computed.size).toBe(118);
  });

  it('equals an independent loop over the whole file for sizes around every sample up to 4 MiB', async () => {
    const path = await books.write('boundary.bin', '');
    await fc.assert(
      fc.asyncProperty(sizesAroundSamples(), fc.integer({ min: 1, max: 255 }), async (size, seed) => {
        const bytes = patterned(size, seed);
        await books.write('boundary.bin', bytes);
        expect(await partialMd5(path)).toBe(naiveFingerprint(bytes));
      }),
      { numRuns: 60 },
    );
  });

  it('samples a file of more than 1 GiB twelve times', async () => {
    const path = await books.write('huge.bin', '');
    await truncate(path, 1024 ** 3 + 500);
    // Eleven samples of 1024 zeros, and the last one of what is left after 1 GiB.
    const expected = createHash('md5')
      .update(Buffer.alloc(11 * 1024 + 500))
      .digest('hex');
    expect(await partialMd5(path)).toBe(expected);
  });

  it('can be taken of an open file, which stays open', async () => {
    const path = await books.write('open.bin', 'hello');
    const handle = await open(path);
    expect(await partialMd5(handle)).toBe(createHash('md5').update('hello').digest('hex'));
    expect((await handle.stat()).size).toBe(5);
    await handle.close();
  });

  it('is refused with a reason when the file is gone or a folder', async () => {
    const path = await books.write('gone.bin', '');
    await expect(partialMd5(`${path}-not-there`)).rejects.toMatchObject({ reason: 'vanished' });
    await expect(partialMd5(join(path, '..'))).rejects.toMatchObject({ reason: 'not_a_file' });
  });
});

if (spawnSync('luajit', ['-v']).status === 0) {
  describe('LuaJIT', () => {
    it.each([0, 1, 1023, 1024, 1025, 4096, 5119, 16384, 17000, 65537, 300_000, 1_048_577])(
      'samples the same bytes of a file of %i',
      async (size) => {
        const path = await books.write(`lua-${size}.bin`, patterned(size, 7));
        const { stdout } = spawnSync('luajit', ['-e', SAMPLES_IN_LUA], { env: { ...process.env, BOOK: path } });
        expect(await partialMd5(path)).toBe(createHash('md5').update(stdout).digest('hex'));
      },
    );
  });
}

/** Writes the samples, as the protocol describes them, to its output. */
const SAMPLES_IN_LUA = `
  local bit = require("bit")
  local file = assert(io.open(os.getenv("BOOK"), "rb"))
  for i = -1, 10 do
    file:seek("set", bit.lshift(1024, 2 * i))
    local sample = file:read(1024)
    if not sample then break end
    io.write(sample)
  end
`;

function fingerprintsOfManifest(shared: string): Map<string, string> {
  const lines = readFileSync(join(shared, 'corpus/MANIFEST.tsv'), 'utf8').trim().split('\n').slice(1);
  return new Map(lines.map((line) => line.split('\t')).map((fields) => [fields[0] ?? '', fields[3] ?? '']));
}

function naiveFingerprint(bytes: Buffer): string {
  const hash = createHash('md5').update(bytes.subarray(0, 1024));
  for (let offset = 1024; offset < bytes.length && offset <= 1024 ** 3; offset *= 4) {
    hash.update(bytes.subarray(offset, offset + 1024));
  }
  return hash.digest('hex');
}

function sizesAroundSamples(): fc.Arbitrary<number> {
  return fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.constantFrom(0, 1024), fc.integer({ min: -2, max: 2 }))
    .map(([i, add, step]) => Math.max(0, 1024 * 4 ** i + add + step));
}

function patterned(size: number, seed: number): Buffer {
  const bytes = Buffer.allocUnsafe(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 8) * seed) & 0xff;
  return bytes;
}
