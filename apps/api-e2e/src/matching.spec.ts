import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BookDetail, DocumentLink, MatchCheckBook, UnmatchedDocument } from '@bookorbit/contracts';
import {
  deviceBookOf,
  makeSmallEpub,
  openOnDevice,
  PluginDevice,
  sharedPath,
  type StockDevice,
} from '@bookorbit/testing';
import JSZip from 'jszip';
import { madeBook } from './book-pool.ts';
import { until } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

/** Two different books with one partial md5: the same bytes wherever KOReader looks. */
function twins(): [Buffer, Buffer] {
  const [first, second] = [realBook('sphinx-ubuntu-packaging-guide-es'), realBook('sphinx-ubuntu-packaging-guide-uk')];
  if (first && second) return [first, second];
  // Where no real ones are at hand: a stored book, changed only between two samples.
  const chapters = (word: string) => ['same start', 'x '.repeat(9000), `${word} `.repeat(300), 'y '.repeat(9000)];
  const book = (word: string) => makeSmallEpub({ title: 'Twins', isStored: true, chapters: chapters(word) });
  return [book('ichi'), book('nani')];
}

function realBook(name: string): Buffer | undefined {
  const path = join(sharedPath() ?? '/nowhere', 'corpus/books', `${name}.epub`);
  return existsSync(path) ? readFileSync(path) : undefined;
}

/** The same files in another zip: stored instead of deflated, with other dates. */
async function zippedAnew(
  bytes: Buffer,
  change: (zip: JSZip) => Promise<void> = () => Promise.resolve(),
): Promise<Buffer> {
  const zip = await JSZip.loadAsync(bytes);
  await change(zip);
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', compressionOptions: { level: 1 } });
}

describe.each(SERVER_COUNTS)('recognising books over %s', (_, processes) => {
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let plugin: PluginDevice;
  let bens: PluginDevice;
  let stale: PluginDevice;
  let stock: StockDevice;
  let number = 100;

  const [spanish, ukrainian] = twins();
  const wodehouse = realBook('calibre-conv-wodehouse-epub2') ?? madeBook(1);

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary({ 'es/guide-es.epub': spanish, 'uk/guide-uk.epub': ukrainian, 'wodehouse.epub': wodehouse });
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
    plugin = await ann.plugin();
    bens = await ben.plugin();
    stale = new PluginDevice(await ann.downloadPlugin(), 'stale', { aheadSeconds: -700_000_000, isSilent: true });
    stock = ann.stock();
  });
  afterAll(() => world?.stop());

  const now = () => Math.floor(Date.now() / 1000);
  const matchOf = async (
    device: PluginDevice,
    { hash, contentSignature, alsoKnownAs, title, authors }: MatchCheckBook,
  ) => (await device.matchCheck([{ hash, contentSignature, alsoKnownAs, title, authors }])).body.matches[0];
  const unmatchedOf = async (reader: Reader) =>
    (await reader.browser.get<UnmatchedDocument[]>('koreader/unmatched')).body;
  const linksOf = async (reader: Reader) => (await reader.browser.get<DocumentLink[]>('koreader/links')).body;
  const addBook = async (bytes: Buffer, name = `book-${number++}.epub`) => {
    const path = world.putBook(name, bytes);
    await world.scan();
    return { path, name, ...openOnDevice(path) };
  };

  it('finds a file by the fingerprint of the file itself, in any case, for everybody who may read it', async () => {
    const { hash } = deviceBookOf(wodehouse);
    const match = await matchOf(plugin, { hash });
    expect(match).toMatchObject({ hash, matchedBy: 'current', title: expect.any(String) });
    expect(await matchOf(plugin, { hash: hash.toUpperCase() })).toEqual(match);
    expect(await matchOf(bens, { hash })).toEqual(match);
    expect(await matchOf(plugin, { hash: 'f'.repeat(32) })).toBeUndefined();
  });

  it('keeps a library version that rises when something may match anew, and only then', async () => {
    const version = async () => (await plugin.matchCheck([{ hash: 'f'.repeat(32) }])).body.libraryVersion;
    const before = await version();
    expect(await version()).toBe(before);
    await addBook(madeBook(number));
    expect(await version()).toBeGreaterThan(before);
  });

  it('knows a rewritten file by its former fingerprint, and its place with it', async () => {
    const before = await addBook(madeBook(number));
    await plugin.progress([{ hash: before.hash, percentage: 0.4, progress: '/body/p[4].0', timestamp: now() - 60 }]);
    await bens.progress([{ hash: before.hash, percentage: 0.9, progress: '/body/p[9].0', timestamp: now() - 60 }]);
    const known = await matchOf(plugin, before);
    const changed = await zippedAnew(readFileSync(before.path), async (zip) => {
      const opf = zip.file('OEBPS/content.opf');
      zip.file(
        'OEBPS/content.opf',
        ((await opf?.async('string')) ?? '').replace('</dc:title>', ', revised</dc:title>'),
      );
    });
    world.putBook(before.name, changed);
    await world.scan();
    const after = openOnDevice(before.path);
    expect(after.hash).not.toBe(before.hash);
    expect(await matchOf(plugin, { hash: before.hash })).toMatchObject({
      bookFileId: known?.bookFileId,
      matchedBy: 'former',
    });
    expect(await matchOf(plugin, { hash: after.hash })).toMatchObject({
      bookFileId: known?.bookFileId,
      matchedBy: 'current',
    });
    expect((await stock.pull(after.hash)).body).toMatchObject({ percentage: 0.4, progress: '/body/p[4].0' });
    expect((await stock.pull(before.hash)).body).toMatchObject({ percentage: 0.4 });
    await stale.progress([{ hash: before.hash, percentage: 0.1, progress: '/body/p[1].0', timestamp: stale.now() }]);
    expect((await stock.pull(before.hash)).body).toMatchObject({ percentage: 0.4 });
    expect((await bens.pull(before.hash)).body).toMatchObject({ percentage: 0.9 });
    const { files } = (await ann.browser.get<BookDetail>(`books/${known?.bookId}`)).body;
    expect(files[0]).toMatchObject({ fingerprint: after.hash, formerFingerprints: [before.hash] });
  });

  it('knows a moved file, and one that came back', async () => {
    const book = await addBook(madeBook(number));
    const known = await matchOf(plugin, book);
    renameSync(book.path, join(world.books, `moved-${book.name}`));
    await world.scan();
    expect(await matchOf(plugin, { hash: book.hash })).toEqual(known);
    const bytes = readFileSync(join(world.books, `moved-${book.name}`));
    rmSync(join(world.books, `moved-${book.name}`));
    await world.scan();
    // What the device holds it goes on reading.
    expect(await matchOf(plugin, { hash: book.hash })).toEqual(known);
    await plugin.progress([{ hash: book.hash, percentage: 0.2, progress: '/body/p[2].0', timestamp: now() }]);
    await addBook(bytes, `back-${book.name}`);
    expect(await matchOf(plugin, { hash: book.hash })).toMatchObject({ bookFileId: known?.bookFileId });
    expect((await stock.pull(book.hash)).body).toMatchObject({ percentage: 0.2 });
  });

  it('knows a re-zipped copy by its content, and remembers it for clients that send none', async () => {
    const original = await addBook(madeBook(number));
    const copy = deviceBookOf(await zippedAnew(readFileSync(original.path)));
    expect(copy.hash).not.toBe(original.hash);
    expect((await stock.pull(copy.hash)).body).toEqual({});
    const known = await matchOf(plugin, { hash: original.hash });
    expect(await matchOf(plugin, { hash: copy.hash, contentSignature: copy.contentSignature })).toMatchObject({
      bookFileId: known?.bookFileId,
      matchedBy: 'content',
    });
    await stock.push(copy.hash, 0.3, '/body/p[3].0');
    expect((await plugin.pull(original.hash)).body).toMatchObject({ percentage: 0.3 });
    expect(await linksOf(ann)).toEqual(
      expect.arrayContaining([expect.objectContaining({ document: copy.hash, origin: 'content' })]),
    );
    expect((await linksOf(ben)).filter(({ document }) => document === copy.hash)).toEqual([]);
    expect(await matchOf(bens, { hash: copy.hash })).toBeUndefined();
  });

  it('knows a copy with edited metadata by its content', async () => {
    const edited =
      realBook('calibre-metaedit-wodehouse-epub2') ??
      (await zippedAnew(wodehouse, async (zip) => {
        const opf = zip.file('OEBPS/content.opf');
        zip.file('OEBPS/content.opf', ((await opf?.async('string')) ?? '').replace('<dc:title>', '<dc:title>Edited '));
      }));
    const [original, copy] = [deviceBookOf(wodehouse), deviceBookOf(edited)];
    expect(copy.hash).not.toBe(original.hash);
    const known = await matchOf(plugin, { hash: original.hash });
    await plugin.progress([
      {
        hash: copy.hash,
        contentSignature: copy.contentSignature,
        percentage: 0.6,
        progress: '/body/p[6].0',
        timestamp: now(),
      },
    ]);
    expect((await stock.pull(original.hash)).body).toMatchObject({ percentage: 0.6 });
    expect(await matchOf(plugin, { hash: copy.hash })).toMatchObject({
      bookFileId: known?.bookFileId,
      matchedBy: 'content',
    });
  });

  it('believes other fingerprints on record only where the name agrees', async () => {
    const book = await addBook(
      makeSmallEpub({ title: `Known ${number}`, author: 'Ann Author', chapters: [`only one ${number}`] }),
    );
    const alias = (hash: string, title: string, authors: string) =>
      matchOf(plugin, { hash, alsoKnownAs: [book.hash], title, authors });
    expect(await alias('1'.repeat(32), 'Something Else', 'Somebody Else')).toBeUndefined();
    expect(await alias('2'.repeat(32), `Known ${number - 1}`, 'Ann Author')).toMatchObject({ matchedBy: 'alias' });
  });

  it('asks which of two books with one fingerprint it is, and takes the answer', async () => {
    const [es, uk] = [deviceBookOf(spanish), deviceBookOf(ukrainian)];
    expect(es.hash).toBe(uk.hash);
    expect(await matchOf(plugin, { hash: es.hash })).toBeUndefined();
    await stock.push(es.hash, 0.25, '/body/DocFragment[5].0', { metadata: { title: 'Packaging guide' } });
    await stale.progress([
      { hash: es.hash, percentage: 0.05, progress: '/body/DocFragment[2].0', timestamp: stale.now() },
    ]);
    expect((await plugin.pull(es.hash)).body).toMatchObject({ percentage: 0.25, progress: '/body/DocFragment[5].0' });
    const asked = (await unmatchedOf(ann)).find(({ document }) => document === es.hash);
    expect(asked).toMatchObject({ reason: 'ambiguous', isDismissed: false, percentage: 0.25 });
    expect(asked?.candidates.map(({ fileName }) => fileName).sort()).toEqual(['guide-es.epub', 'guide-uk.epub']);
    const choice = asked?.candidates.find(({ fileName }) => fileName === 'guide-uk.epub');
    expect(
      (await ben.browser.post(`koreader/unmatched/${asked?.id}/link`, { bookFileId: choice?.bookFileId })).status,
    ).toBe(404);
    expect(
      (await ann.browser.post(`koreader/unmatched/${asked?.id}/link`, { bookFileId: choice?.bookFileId })).status,
    ).toBe(204);
    expect(await matchOf(plugin, { hash: es.hash })).toMatchObject({
      bookFileId: choice?.bookFileId,
      matchedBy: 'link',
    });
    expect((await plugin.pull(es.hash)).body).toMatchObject({ percentage: 0.25, progress: '/body/DocFragment[5].0' });
    expect((await unmatchedOf(ann)).filter(({ document }) => document === es.hash)).toEqual([]);
    // Ben was not asked, and nothing was answered for him.
    expect(await matchOf(bens, { hash: es.hash })).toBeUndefined();
  });

  it('takes a file that lies in two libraries for the one read last, and does not ask', async () => {
    const book = await addBook(madeBook(number));
    const other = await world.addOtherLibrary({ 'the same.epub': book.path });
    const here = (await matchOf(plugin, book))?.bookFileId;
    const carl = await world.addReader('carl', { libraryIds: [world.libraryId, other] });
    const dora = await world.addReader('dora', { libraryIds: [other] });
    const carls = await carl.plugin();
    const there = (await matchOf(await dora.plugin(), book))?.bookFileId;
    expect(there).not.toBe(here);
    expect(await matchOf(carls, book)).toMatchObject({ bookFileId: here, matchedBy: 'current' });
    // A stock client says nothing but the fingerprint.
    await carl.stock().push(book.hash, 0.4, '/body/p[4].0');
    expect((await carls.pull(book.hash)).body).toMatchObject({ percentage: 0.4, progress: '/body/p[4].0' });
    expect(await unmatchedOf(carl)).toEqual([]);
    // What was chosen can be seen, and changed.
    expect(await linksOf(carl)).toMatchObject([{ document: book.hash, bookFileId: here, origin: 'content' }]);
    expect(await matchOf(carls, book)).toMatchObject({ bookFileId: here });
  });

  it('tells two books with one fingerprint apart by their content', async () => {
    const [es, uk] = [deviceBookOf(spanish), deviceBookOf(ukrainian)];
    const first = await matchOf(bens, { hash: es.hash, contentSignature: es.contentSignature });
    const second = await matchOf(bens, { hash: uk.hash, contentSignature: uk.contentSignature });
    expect(first?.bookFileId).toBeDefined();
    expect(second?.bookFileId).toBeDefined();
    expect(first?.bookFileId).not.toBe(second?.bookFileId);
    const detail = (await ben.browser.get<BookDetail>(`books/${second?.bookId}`)).body;
    expect(detail.files.map(({ name }) => name)).toEqual(['guide-uk.epub']);
  });

  it('does not believe a fingerprint whose text is another', async () => {
    const book = await addBook(madeBook(number));
    const other = deviceBookOf(madeBook(number + 5000));
    expect(await matchOf(plugin, { hash: book.hash, contentSignature: other.contentSignature })).toBeUndefined();
    expect((await unmatchedOf(ann)).find(({ document }) => document === book.hash)).toMatchObject({
      reason: 'ambiguous',
    });
    // Without the text nothing is known better: neither what is pushed nor what is pulled touches that book.
    await plugin.progress([
      { hash: book.hash, contentSignature: other.contentSignature, percentage: 0.5, progress: '/body/p[5].0' },
    ]);
    await stock.push(book.hash, 0.6, '/body/p[6].0');
    expect((await bens.progress([{ hash: book.hash, percentage: 0.1, timestamp: now() }])).body.results).toHaveLength(
      1,
    );
    expect((await stock.pull(book.hash)).body).toMatchObject({ percentage: 0.6 });
    const match = await matchOf(bens, { hash: book.hash });
    expect((await ann.browser.get<BookDetail>(`books/${match?.bookId}`)).body.places).toEqual([]);
    // Whoever has the real one shows its text, and the question is gone.
    expect(await matchOf(plugin, book)).toMatchObject({ bookFileId: match?.bookFileId });
    expect((await unmatchedOf(ann)).find(({ document }) => document === book.hash)).toBeUndefined();
  });

  it('finds a document that is the md5 of a file’s name, for stock clients, if one file alone has it', async () => {
    const book = await addBook(madeBook(number), `by name ${number}.epub`);
    await stock.push(book.nameMd5, 0.35, '/body/p[3].0');
    await bens.progress([{ hash: book.hash, percentage: 0.8, progress: '/body/p[8].0', timestamp: now() }]);
    expect((await plugin.pull(book.hash)).body).toMatchObject({ percentage: 0.35, progress: '/body/p[3].0' });
    expect((await stock.pull(book.nameMd5)).body).toMatchObject({ document: book.nameMd5, percentage: 0.35 });
    await addBook(madeBook(number), `elsewhere/${book.name}`);
    expect((await stock.pull(book.nameMd5)).body).toEqual({});
    expect((await bens.pull(book.hash)).body).toMatchObject({ percentage: 0.8 });
  });

  it('lets a parked place join its file when that comes into a library', async () => {
    const bytes = madeBook(number);
    const { hash } = deviceBookOf(bytes);
    await stock.push(hash, 0.45, '/body/p[4].0');
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0.45 });
    const book = await addBook(bytes);
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0.45, progress: '/body/p[4].0' });
    expect((await unmatchedOf(ann)).filter(({ document }) => document === hash)).toEqual([]);
    const match = await matchOf(plugin, book);
    const detail = (await ann.browser.get<BookDetail>(`books/${match?.bookId}`)).body;
    expect(detail.places[0]).toMatchObject({ percentage: 0.45, isCanonical: true });
  });

  it('lets many parked places join their files at once, asked for in any order, without deadlock', async () => {
    const books = Array.from({ length: 6 }, () => ({ name: `joined-${number}.epub`, bytes: madeBook(number++) }));
    const hashes = books.map(({ bytes }) => deviceBookOf(bytes).hash);
    const devices = Array.from({ length: 4 }, () => ann.passwordPlugin());
    const at = now() - 100;
    for (const device of devices) {
      await device.progress(hashes.map((hash) => ({ hash, percentage: 0.1, progress: '/body/p[1].0', timestamp: at })));
    }
    for (const { name, bytes } of books) world.putBook(name, bytes);
    await world.scan();
    const answers = await Promise.all(
      devices.map((device, d) => {
        const order = d % 2 === 0 ? hashes : hashes.toReversed();
        return device.progress(
          order.map((hash) => ({ hash, percentage: 0.2, progress: `/body/p[2${d}].0`, timestamp: at + 1 + d })),
        );
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    for (const hash of hashes) expect((await stock.pull(hash)).body).toMatchObject({ progress: '/body/p[23].0' });
  });

  // One process of all watches, so this is about several; and it waits for the watcher's own quiet time.
  if (processes > 1)
    it('sees a file that is changed without anybody asking for a scan', async () => {
      const book = await addBook(madeBook(number));
      world.putBook(book.name, await zippedAnew(readFileSync(book.path)));
      const after = openOnDevice(book.path);
      await until(
        async () => (await matchOf(plugin, { hash: after.hash }))?.matchedBy === 'current',
        'the watcher to see it',
      );
      expect(await matchOf(plugin, { hash: book.hash })).toMatchObject({ matchedBy: 'former' });
    });
});
