import type {
  BookDetail,
  DocumentLink,
  KoreaderSettings,
  ProgressHistory,
  UnmatchedDocument,
} from '@bookorbit/contracts';
import { type PluginDevice, type StockDevice } from '@bookorbit/testing';
import { bookPool } from './book-pool.ts';
import { expectStatus } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

describe.each(SERVER_COUNTS)('documents without a file over %s', (_, processes) => {
  const pool = bookPool(7);
  const [toCome] = pool.slice(-1);
  const inLibrary = pool.slice(0, -1);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  let stock: StockDevice;
  let plugin: PluginDevice;
  let stale: PluginDevice;
  let bens: StockDevice;
  let serial = 0;
  let document: string;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary(Object.fromEntries(inLibrary.map(({ fileName, bytes }) => [fileName, bytes])));
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
    stock = ann.stock('Kobo_io');
    plugin = await ann.plugin();
    stale = ann.passwordPlugin({ aheadSeconds: -700_000_000, isSilent: true });
    bens = ben.stock('Bens');
  });
  afterAll(() => world?.stop());
  beforeEach(async () => {
    document = (++serial).toString(16).padStart(32, 'a');
    expectStatus(await bens.push(document, 0.66, '/body/p[6].0', { metadata: { title: 'The same' } }), 200);
  });
  afterEach(async () => {
    expect((await bens.pull(document)).body).toMatchObject({ percentage: 0.66, progress: '/body/p[6].0' });
    expect((await entryOf(ben, document))?.percentage).toBe(0.66);
  });

  const now = () => Math.floor(Date.now() / 1000);
  const entryOf = async (reader: Reader, id: string) =>
    (await reader.browser.get<UnmatchedDocument[]>('koreader/unmatched')).body.find((entry) => entry.document === id);
  const linkOf = async (reader: Reader, id: string) =>
    (await reader.browser.get<DocumentLink[]>('koreader/links')).body.find((link) => link.document === id);
  const fileOf = async (hash: string) => (await plugin.matchCheck([{ hash }])).body.matches[0]!;
  const link = async (id: string, bookFileId: number) => {
    const entry = await entryOf(ann, id);
    return ann.browser.post(`koreader/unmatched/${entry?.id}/link`, { bookFileId });
  };

  it('are kept and served back, byte for byte, and listed with what the device said of them', async () => {
    const progress = '/body/DocFragment[11]/body/p[3]/text().25';
    const metadata = { title: 'A Book', authors: 'Somebody', filename: 'a-book.epub' };
    expectStatus(await stock.push(document, 0.31, progress, { metadata }), 200);
    expect((await ann.stock('Other').pull(document)).body).toMatchObject({
      document,
      percentage: 0.31,
      progress,
      device: 'Kobo_io',
    });
    expect(await entryOf(ann, document)).toMatchObject({
      reason: 'unknown',
      ...metadata,
      deviceName: 'Kobo_io',
      percentage: 0.31,
      isDismissed: false,
      candidates: [],
    });
    expect((await entryOf(ben, document))?.title).toBe('The same');
    const { counts } = (await ann.browser.get<KoreaderSettings>('koreader')).body;
    expect(counts.unmatchedBooks).toBeGreaterThan(0);
  });

  it('order their reports as those of any file: late ones and clocks that stopped move nothing', async () => {
    expectStatus(
      await plugin.progress([{ hash: document, percentage: 0.5, progress: '/body/p[5].0', timestamp: now() - 10 }]),
      200,
    );
    const late = ann.passwordPlugin();
    await late.progress([{ hash: document, percentage: 0.2, progress: '/body/p[2].0', timestamp: now() - 1000 }]);
    await stale.progress([{ hash: document, percentage: 0.1, progress: '/body/p[1].0', timestamp: stale.now() }]);
    expect((await stock.pull(document)).body).toMatchObject({ percentage: 0.5, device_id: plugin.deviceId });
    expect((await plugin.progress([{ hash: document, percentage: 0.5 }])).body).toMatchObject({
      results: [],
      unmatched: [document],
    });
  });

  it('join the file they are linked to, the newest place winning', async () => {
    const { hash } = pool[0]!;
    const file = await fileOf(hash);
    await plugin.progress([{ hash, percentage: 0.2, progress: '/body/p[2].0', timestamp: now() - 500 }]);
    await stock.push(document, 0.7, '/body/p[7].0');
    await stale.progress([{ hash: document, percentage: 0.1, progress: '/body/p[1].0', timestamp: stale.now() }]);
    expectStatus(await link(document, file.bookFileId), 204);
    expect((await plugin.pull(hash)).body).toMatchObject({
      percentage: 0.7,
      progress: '/body/p[7].0',
      device: 'Kobo_io',
    });
    expect((await stock.pull(document)).body).toMatchObject({ document, percentage: 0.7 });
    expect(await entryOf(ann, document)).toBeUndefined();
    expect(await linkOf(ann, document)).toMatchObject({ origin: 'manual', bookFileId: file.bookFileId });
    expect(await linkOf(ben, document)).toBeUndefined();
    const { places } = (await ann.browser.get<BookDetail>(`books/${file.bookId}`)).body;
    expect(places.map(({ deviceId }) => deviceId)).toEqual(
      expect.arrayContaining([stock.deviceId, plugin.deviceId, stale.deviceId]),
    );
  });

  it('never throw a newer place of the file back when linked', async () => {
    const { hash } = pool[1]!;
    const file = await fileOf(hash);
    await stale.progress([{ hash: document, percentage: 0.1, progress: '/body/p[1].0', timestamp: stale.now() }]);
    await ann
      .passwordPlugin()
      .progress([{ hash: document, percentage: 0.2, progress: '/body/p[2].0', timestamp: now() - 5000 }]);
    await plugin.progress([{ hash, percentage: 0.9, progress: '/body/p[9].0', timestamp: now() - 5 }]);
    expectStatus(await link(document, file.bookFileId), 204);
    expect((await stock.pull(document)).body).toMatchObject({ percentage: 0.9, progress: '/body/p[9].0' });
  });

  it('are parted from the file when unlinked, with what came under them', async () => {
    const { hash } = pool[2]!;
    const file = await fileOf(hash);
    await plugin.progress([{ hash, percentage: 0.3, progress: '/body/p[3].0', timestamp: now() - 900 }]);
    await stock.push(document, 0.8, '/body/p[8].0');
    expectStatus(await link(document, file.bookFileId), 204);
    await stock.push(document, 0.81, '/body/p[8].5');
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0.81 });
    const made = await linkOf(ann, document);
    expect((await ben.browser.delete(`koreader/links/${made?.id}`)).status).toBe(404);
    expectStatus(await ann.browser.delete(`koreader/links/${made?.id}`), 204);
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0.3, device_id: plugin.deviceId });
    expect((await stock.pull(document)).body).toMatchObject({ percentage: 0.81, progress: '/body/p[8].5' });
    expect(await entryOf(ann, document)).toMatchObject({ reason: 'unknown', percentage: 0.81 });
    expect((await ann.browser.delete(`koreader/links/${made?.id}`)).status).toBe(404);
  });

  it('leave a device where it was in the file before, and its history without them', async () => {
    const { hash } = pool[4]!;
    const file = await fileOf(hash);
    await stock.push(hash, 0.6, '/body/p[6].0');
    await stock.push(document, 0.9, '/body/p[9].0');
    expectStatus(await link(document, file.bookFileId), 204);
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.9 });
    expectStatus(await ann.browser.delete(`koreader/links/${(await linkOf(ann, document))?.id}`), 204);
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.6, progress: '/body/p[6].0' });
    const { places } = (await ann.browser.get<BookDetail>(`books/${file.bookId}`)).body;
    expect(places.map(({ percentage }) => percentage)).toEqual([0.6]);
    const history = (await ann.browser.get<ProgressHistory>(`books/${file.bookId}/history`)).body;
    expect(history.entries.map(({ percentage }) => percentage)).toEqual([0.6]);
  });

  it('do not lift a reset of the file when they are unlinked', async () => {
    const { hash } = pool[5]!;
    const file = await fileOf(hash);
    await stock.push(hash, 0.8, '/body/p[8].0');
    expectStatus(await ann.browser.post(`books/${file.bookId}/progress/start-over`), 204);
    await stock.push(hash, 0.85, '/body/p[8].5');
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0 });
    await ann.stock('Elsewhere').push(document, 0.1, '/body/p[1].0');
    expectStatus(await link(document, file.bookFileId), 204);
    expectStatus(await ann.browser.delete(`koreader/links/${(await linkOf(ann, document))?.id}`), 204);
    expect((await plugin.pull(hash)).body).toMatchObject({ percentage: 0 });
  });

  it('are not taken again for a file the user said they are not', async () => {
    const { contentSignature } = pool[0]!;
    const described = [{ hash: document, contentSignature, title: 'Re-zipped' }];
    const [match] = (await plugin.matchCheck(described)).body.matches;
    expect(match).toMatchObject({ matchedBy: 'content' });
    expectStatus(await ann.browser.delete(`koreader/links/${(await linkOf(ann, document))?.id}`), 204);
    expect((await plugin.matchCheck(described)).body.matches).toEqual([]);
    expect(await linkOf(ann, document)).toBeUndefined();
    expect(await entryOf(ann, document)).toMatchObject({ reason: 'unknown' });
    // They can still be tied to it by hand.
    expectStatus(await link(document, match!.bookFileId), 204);
    expect((await plugin.matchCheck(described)).body.matches).toMatchObject([{ matchedBy: 'link' }]);
  });

  it('join the file that turns up later, also for who only looks at the book, and wait in the list till then', async () => {
    const { hash, fileName, bytes } = toCome!;
    await stock.push(hash, 0.4, '/body/p[4].0');
    world.putBook(fileName, bytes);
    await world.scan();
    const { bookId } = await fileOf(hash);
    const { places } = (await ann.browser.get<BookDetail>(`books/${bookId}`)).body;
    expect(places).toMatchObject([{ percentage: 0.4, isCanonical: true }]);
    expect(await entryOf(ann, hash)).toBeUndefined();
  });

  it('stay dismissed when they are read on, and come back when restored', async () => {
    await stock.push(document, 0.1, '/body/p[1].0');
    const entry = await entryOf(ann, document);
    const before = (await ann.browser.get<KoreaderSettings>('koreader')).body.counts.unmatchedBooks;
    expect((await ben.browser.post(`koreader/unmatched/${entry?.id}/dismiss`)).status).toBe(404);
    expectStatus(await ann.browser.post(`koreader/unmatched/${entry?.id}/dismiss`), 204);
    await stock.push(document, 0.2, '/body/p[2].0');
    expect(await entryOf(ann, document)).toMatchObject({ isDismissed: true, percentage: 0.2 });
    expect((await ann.browser.get<KoreaderSettings>('koreader')).body.counts.unmatchedBooks).toBe(before - 1);
    expect((await stock.pull(document)).body).toMatchObject({ percentage: 0.2 });
    expectStatus(await ann.browser.post(`koreader/unmatched/${entry?.id}/restore`), 204);
    expect(await entryOf(ann, document)).toMatchObject({ isDismissed: false });
  });

  it('cannot be linked to what the user may not read', async () => {
    await stock.push(document, 0.1, '/body/p[1].0');
    const hidden = await world.addHiddenBook();
    expect((await link(document, hidden.fileId)).status).toBe(404);
    expect((await link(document, 2_000_000_000)).status).toBe(404);
    expect((await link(document, 0)).status).toBe(400);
    expect(await linkOf(ann, document)).toBeUndefined();
  });

  it('may have any id up to 255 characters', async () => {
    const ids = ['a-b.c:d', 'Ünïcode – ид', 'x'.repeat(255), ' spaces ', 'with/slash?and=query#hash', '100%', '💩'];
    for (const id of ids) {
      expect([id, (await stock.push(id, 0.5, '7')).body]).toEqual([
        id,
        { document: id, timestamp: expect.any(Number) },
      ]);
      expect([id, (await stock.pull(id)).body]).toEqual([id, expect.objectContaining({ document: id, progress: '7' })]);
    }
    expect((await stock.push('x'.repeat(256), 0.5, '7')).status).toBe(403);
  });

  it('reported by two devices at once, while they are linked, lose nothing and do not deadlock', async () => {
    const file = await fileOf(pool[3]!.hash);
    const devices = Array.from({ length: 4 }, (_device, n) => ann.stock(`P${n}`));
    await devices[0]!.push(document, 0.01, '/body/p[0].0');
    const pushes = devices.flatMap((device) =>
      [1, 2, 3].map(async (round) => (await device.push(document, round / 10, `/body/p[${round}].0`)).status),
    );
    const linked = link(document, file.bookFileId);
    expect(await Promise.all(pushes)).toEqual(pushes.map(() => 200));
    expectStatus(await linked, 204);
    // A push that was parked just when the link came joins the file with the next request.
    await stock.pull(document);
    const { places } = (await ann.browser.get<BookDetail>(`books/${file.bookId}`)).body;
    for (const device of devices) expect(places.map(({ deviceId }) => deviceId)).toContain(device.deviceId);
    expect(await entryOf(ann, document)).toBeUndefined();
  });
});
