import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { buildDocumentIndex, fragmentsOf, listTexts } from '@bookorbit/domain-positions';
import { sharedPath } from '@bookorbit/testing';
import { EpubBook } from './epub-book.ts';

const SHARED = sharedPath();
const TORTURE = [1, 2, 3].flatMap((book) =>
  [20210904, 20240114, 20260812].map((domVersion) => ({ name: `torture-${book}`, domVersion })),
);
const CORPUS = [
  'synth-tagsoup-en',
  'idpf-hefty-water',
  'idpf-wasteland',
  'w3c-pkg-spine-order-svg',
  'w3c-pub-xml-names',
  'docbook-debian-history-ko',
].map((name) => ({ name, domVersion: 20240114 }));

describe('the model of crengine', () => {
  if (SHARED === undefined) {
    it.todo('holds every text node as the engine does: put ../shared in place, whose dumps it is compared with');
    return;
  }
  it.each([...TORTURE, ...CORPUS])(
    'holds every text node of $name as the engine does with DOM $domVersion',
    async ({ name, domVersion }) => {
      const nodes = join(SHARED, 'positions/nodes');
      const dump = readDump(join(nodes, `${name}.dom${domVersion}.jsonl`));
      const own = join(nodes, `${name}.epub`);
      expect(await textsOf(existsSync(own) ? own : join(SHARED, `corpus/books/${name}.epub`), domVersion)).toEqual(
        dump,
      );
    },
  );
});

async function textsOf(path: string, domVersion: number): Promise<string[]> {
  const book = await EpubBook.open(path, domVersion);
  const unreadable = new Set<number>();
  for (let index = 0; index < book.spine.items.length; index++) {
    if (buildDocumentIndex(await book.documentSource(index)).kind !== 'document') unreadable.add(index);
  }
  const fragments = fragmentsOf(book.spine, domVersion, unreadable);
  const texts: string[] = [];
  let fragment = 0;
  for (const spineIndex of fragments) {
    const source = await book.documentSource(spineIndex);
    fragment += 1;
    const address = fragments.length === 1 && domVersion < 20260812 ? undefined : fragment;
    for (const { xpointer, text } of listTexts(source, domVersion, address))
      texts.push(`${xpointer} ${JSON.stringify(text)}`);
  }
  await book.close();
  return texts;
}

function readDump(path: string): string[] {
  const bytes = existsSync(path) ? readFileSync(path) : gunzipSync(readFileSync(`${path}.gz`));
  return bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { xp: string; t: string })
    .map(({ xp, t }) => `${xp} ${JSON.stringify(t)}`);
}
