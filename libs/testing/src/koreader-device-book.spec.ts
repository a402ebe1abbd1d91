import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deviceBookOf, openOnDevice } from './koreader-device-book.ts';
import { makeSmallEpub } from './make-small-epub.ts';
import { corpusBooks, sharedPath } from './shared-path.ts';

describe('a book on a device', () => {
  it('has the fingerprint KOReader computes', () => {
    const manifest =
      sharedPath() === undefined ? '' : readFileSync(join(sharedPath() ?? '', 'corpus/MANIFEST.tsv'), 'utf8');
    const expected = new Map(manifest.split('\n').map((line) => [line.split('\t')[0], line.split('\t')[3]]));
    for (const path of corpusBooks())
      expect([path, openOnDevice(path).hash]).toEqual([path, expected.get(basename(path))]);
    expect(deviceBookOf(Buffer.from('a')).hash).toBe('0cc175b9c0f1b6a831c399e269772661');
  });

  it('keeps its content signature when it is zipped anew', () => {
    const chapters = ['one', 'two', 'three'];
    const [deflated, stored] = [makeSmallEpub({ chapters }), makeSmallEpub({ chapters, isStored: true })].map(
      deviceBookOf,
    );
    expect(deflated?.hash).not.toBe(stored?.hash);
    expect(deflated?.contentSignature?.length).toBeGreaterThanOrEqual(3);
    expect(deflated?.contentSignature).toEqual(stored?.contentSignature);
  });
});
