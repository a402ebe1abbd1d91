import type { BookDetail, ProgressHistory, StockProgressAnswer } from '@bookorbit/contracts';
import { type PluginDevice, type StockDevice } from '@bookorbit/testing';
import { bookPool, type PoolBook } from './book-pool.ts';
import type { Reader } from './reader.ts';
import { SERVER_COUNTS, World } from './world.ts';

const DAY_SECONDS = 86_400;

describe.each(SERVER_COUNTS)('progress over %s', (_, processes) => {
  const pool = bookPool(24);
  let world: World;
  let ann: Reader;
  let ben: Reader;
  /** Ann's first device, her second one and one whose clock stopped in 2003; Ben reads the same file elsewhere. */
  let kobo: StockDevice;
  let phone: PluginDevice;
  let stale: PluginDevice;
  let bens: StockDevice;

  let next = 0;
  let book: PoolBook;

  beforeAll(async () => {
    world = await World.start({ processes });
    await world.setUp();
    await world.addLibrary(Object.fromEntries(pool.map(({ fileName, bytes }) => [fileName, bytes])));
    ann = await world.addReader('ann');
    ben = await world.addReader('ben');
    kobo = ann.stock('Kobo_io');
    phone = await ann.plugin({ utcOffsetMinutes: 120 });
    stale = ann.passwordPlugin({ aheadSeconds: -23 * 365 * DAY_SECONDS, isSilent: true });
    bens = ben.stock('Ben');
  });
  afterAll(() => world?.stop());

  beforeEach(async () => {
    book = pool[next++ % pool.length]!;
    expect((await bens.push(book.hash, 0.77, '/body/DocFragment[7]/body/p[7]/text().7')).status).toBe(200);
  });

  afterEach(async () => {
    // Whatever Ann did: a device with a stopped clock moves nothing that is there, and Ben is where he was.
    const before = await placeOf(book.hash);
    await push(stale, book.hash, 0.11, '/body/DocFragment[2]/body/p[1]/text().0', stale.now());
    expect(await placeOf(book.hash)).toEqual(before.percentage === undefined ? expect.anything() : before);
    const bensPlace = (await bens.pull(book.hash)).body;
    expect(bensPlace).toMatchObject({
      percentage: 0.77,
      progress: '/body/DocFragment[7]/body/p[7]/text().7',
      device: 'Ben',
    });
  });

  const now = () => Math.floor(Date.now() / 1000);
  const push = (device: PluginDevice, hash: string, percentage: number, progress: string, timestamp?: number) =>
    device.progress([{ hash, percentage, progress, timestamp }]);
  const placeOf = async (hash: string) => (await phone.pull(hash)).body as Partial<StockProgressAnswer>;
  const bookOf = async (reader: Reader, hash: string) => {
    const [match] = (await phone.matchCheck([{ hash }])).body.matches;
    return (await reader.browser.get<BookDetail>(`books/${match?.bookId}`)).body;
  };
  const historyOf = async (hash: string) => {
    const detail = await bookOf(ann, hash);
    const { body } = await ann.browser.get<ProgressHistory>(`books/${detail.id}/history`);
    const fileId = (await phone.matchCheck([{ hash }])).body.matches[0]?.bookFileId;
    return body.entries.filter((entry) => entry.fileId === fileId);
  };

  it('a stock push is pulled by a second device, byte for byte', async () => {
    const progress = '/body/DocFragment[3]/body/section/p[12]/text()[2].101';
    const pushed = await kobo.push(book.hash, 0.25, progress);
    expect(pushed).toMatchObject({ status: 200, body: { document: book.hash } });
    const pulled = (await phone.pull(book.hash)).body as StockProgressAnswer;
    expect(pulled).toEqual({
      document: book.hash,
      percentage: 0.25,
      progress,
      device: 'Kobo_io',
      device_id: kobo.deviceId,
      timestamp: (pushed.body as { timestamp: number }).timestamp,
    });
  });

  it('a plugin push is pulled by a stock device', async () => {
    const readAt = now() - 60;
    const answer = await push(phone, book.hash, 0.5, '/body/DocFragment[4]/body/p[1].0', readAt);
    expect(answer).toMatchObject({
      status: 200,
      body: { protocol: 1, results: [{ hash: book.hash, accepted: true }], unmatched: [] },
    });
    expect((await kobo.pull(book.hash)).body).toEqual({
      document: book.hash,
      percentage: 0.5,
      progress: '/body/DocFragment[4]/body/p[1].0',
      device: phone.deviceModel,
      device_id: phone.deviceId,
      timestamp: readAt,
    });
  });

  it('nothing is known of a book nobody has opened', async () => {
    const other = ann.stock();
    expect((await other.pull(book.hash)).body).toEqual({});
    expect((await other.pull('0123456789abcdef0123456789abcdef')).body).toEqual({});
  });

  it('a late upload of old reading moves its own device only, never the book', async () => {
    await push(phone, book.hash, 0.6, '/body/DocFragment[6]/body/p[1].0', now() - 100);
    const late = ann.passwordPlugin();
    await push(late, book.hash, 0.2, '/body/DocFragment[2]/body/p[9].0', now() - 3 * DAY_SECONDS);
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.6, device_id: phone.deviceId });
    const { places } = await bookOf(ann, book.hash);
    expect(places.find(({ deviceId }) => deviceId === late.deviceId)).toMatchObject({
      percentage: 0.2,
      isCanonical: false,
      standing: 'older',
    });
    expect(places.find(({ deviceId }) => deviceId === phone.deviceId)).toMatchObject({
      percentage: 0.6,
      isCanonical: true,
      standing: 'newest',
    });
  });

  it('a jump back that was really read later moves the book back', async () => {
    await push(phone, book.hash, 0.6, '/body/DocFragment[6]/body/p[1].0', now() - 100);
    await push(ann.passwordPlugin(), book.hash, 0.1, '/body/DocFragment[1]/body/p[2].0', now() - 50);
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.1 });
  });

  it('the last stock push wins, backwards too', async () => {
    await push(phone, book.hash, 0.6, '/body/DocFragment[6]/body/p[1].0', now());
    await kobo.push(book.hash, 0.3, '/body/DocFragment[3]/body/p[1].0');
    await kobo.push(book.hash, 0.2, '/body/DocFragment[2]/body/p[1].0');
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.2, device: 'Kobo_io' });
  });

  it('a clock that is wrong but shown is put right', async () => {
    const ahead = ann.passwordPlugin({ aheadSeconds: 9_000_000, utcOffsetMinutes: -300 });
    await push(phone, book.hash, 0.4, '/body/DocFragment[4]/body/p[1].0', now() - 1000);
    await push(ahead, book.hash, 0.3, '/body/DocFragment[3]/body/p[1].0', ahead.now() - 2000);
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.4 });
    await push(ahead, book.hash, 0.45, '/body/DocFragment[4]/body/p[5].0', ahead.now() - 500);
    const place = await placeOf(book.hash);
    expect(place).toMatchObject({ percentage: 0.45, device_id: ahead.deviceId });
    expect(Math.abs((place.timestamp ?? 0) - (now() - 500))).toBeLessThan(60);
  });

  it.each([
    ['1970', () => 5],
    ['2009', () => 1_262_303_999],
    ['two days ahead', () => now() + 2 * DAY_SECONDS],
    ['no time at all', () => undefined],
  ])('a time of %s is unknown: it moves only its own device, and the book only from nowhere', async (_when, at) => {
    const silent = ann.passwordPlugin({ isSilent: true });
    await push(silent, book.hash, 0.15, '/body/DocFragment[2]/body/p[1].0', at());
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.15, device_id: silent.deviceId });
    await push(phone, book.hash, 0.4, '/body/DocFragment[4]/body/p[1].0', now() - 5 * DAY_SECONDS);
    await push(silent, book.hash, 0.9, '/body/DocFragment[9]/body/p[1].0', at());
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.4, device_id: phone.deviceId });
    const { places } = await bookOf(ann, book.hash);
    const own = places.find(({ deviceId }) => deviceId === silent.deviceId);
    expect(own).toMatchObject({ percentage: 0.9, isCanonical: false, standing: 'undated' });
    expect(own?.readAt).toBeUndefined();
  });

  it('a time some hours ahead counts as now, so that it does not stay newest until then', async () => {
    await push(ann.passwordPlugin({ isSilent: true }), book.hash, 0.4, '/body/DocFragment[4].0', now() + 7200);
    expect((await placeOf(book.hash)).timestamp).toBeLessThanOrEqual(now());
    await kobo.push(book.hash, 0.5, '/body/DocFragment[5].0');
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.5 });
  });

  it('the same request again changes nothing and adds nothing to the history', async () => {
    const readAt = now() - 60;
    const once = () => push(phone, book.hash, 0.5, '/body/DocFragment[5]/body/p[1].0', readAt);
    await once();
    const [place, history] = [await placeOf(book.hash), await historyOf(book.hash)];
    expect((await once()).body).toMatchObject({ results: [{ hash: book.hash, accepted: true }] });
    await Promise.all([once(), once(), once()]);
    expect(await placeOf(book.hash)).toEqual(place);
    expect(await historyOf(book.hash)).toEqual(history);
    expect(history).toHaveLength(1);
  });

  it('opening a book again later does not make an old place new', async () => {
    await push(phone, book.hash, 0.3, '/body/DocFragment[3]/body/p[1].0', now() - 900);
    await push(ann.passwordPlugin(), book.hash, 0.6, '/body/DocFragment[6]/body/p[1].0', now() - 600);
    await push(phone, book.hash, 0.3, '/body[1]/DocFragment[3]/body[1]/p[1].0', now());
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.6 });
  });

  it('the history keeps every place that was news', async () => {
    for (const [index, percentage] of [0.1, 0.2, 0.3].entries()) {
      await push(phone, book.hash, percentage, `/body/DocFragment[${index + 1}]/body/p[1].0`, now() - 300 + index);
    }
    expect((await historyOf(book.hash)).map(({ percentage }) => percentage)).toEqual([0.3, 0.2, 0.1]);
  });

  it('two devices that report at the same time neither deadlock nor lose a report', async () => {
    const devices = Array.from({ length: 4 }, () => ann.passwordPlugin());
    const others = pool.slice(-3).map(({ hash }) => hash);
    const start = now() - 1000;
    const rounds = 8;
    const answers = await Promise.all(
      devices.flatMap((device, d) =>
        Array.from({ length: rounds }, async (_round, r) => {
          // Each asks for the files in another order.
          const hashes = [book.hash, ...others];
          const order = hashes.map((_hash, n) => hashes[(n + d + r) % hashes.length]!);
          const timestamp = start + r * devices.length + d;
          return device.progress(
            order.map((hash) => ({
              hash,
              percentage: timestamp / 1e10,
              progress: `/body/p[${timestamp}].0`,
              timestamp,
            })),
          );
        }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const newest = start + rounds * devices.length - 1;
    for (const hash of [book.hash, ...others]) {
      expect(await placeOf(hash)).toMatchObject({ progress: `/body/p[${newest}].0`, timestamp: newest });
    }
    const { places } = await bookOf(ann, book.hash);
    const fileId = (await phone.matchCheck([{ hash: book.hash }])).body.matches[0]?.bookFileId;
    for (const [d, device] of devices.entries()) {
      const own = places.find((place) => place.deviceId === device.deviceId && place.fileId === fileId);
      expect(own?.percentage).toBeCloseTo((start + (rounds - 1) * devices.length + d) / 1e10, 12);
    }
  });

  it('stock pushes that arrive together all get 200, and one of them is the place', async () => {
    const devices = Array.from({ length: 12 }, (_, n) => ann.stock(`D${n}`));
    const answers = await Promise.all(devices.map((device, n) => device.push(book.hash, n / 100, `/body/p[${n}].0`)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    const place = await placeOf(book.hash);
    const winner = Number(/\d+/.exec(place.device ?? '')?.[0]);
    expect(place).toMatchObject({ percentage: winner / 100, progress: `/body/p[${winner}].0` });
    const { places } = await bookOf(ann, book.hash);
    expect(places.filter(({ deviceName }) => /^D\d+$/.test(deviceName ?? ''))).toHaveLength(devices.length);
  });

  it('one device by both protocols at once does not deadlock', async () => {
    const id = phone.deviceId;
    const stockSelf = ann.stock('Kobo_nova', id);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        n % 2 === 0
          ? stockSelf.push(book.hash, n / 100, `/body/p[${n}].0`)
          : push(phone, book.hash, n / 100, `/body/p[${n}].0`, now()),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  });

  it('a bad item is named and left out, and the rest is taken', async () => {
    const answer = await phone.progress([
      { hash: 'nonsense', percentage: 0.5 },
      { hash: book.hash, percentage: 0.35, progress: '/body/DocFragment[3].0', timestamp: now() },
      { hash: book.hash, percentage: 7 },
    ]);
    expect(answer).toMatchObject({
      status: 200,
      body: {
        results: [{ hash: book.hash, accepted: true }],
        rejected: [{ path: 'items[0].hash' }, { path: 'items[2].percentage' }],
      },
    });
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.35 });
  });

  it('without protocol, one bad item refuses the request and changes nothing', async () => {
    const { protocol: _, ...envelope } = phone.envelope();
    await push(phone, book.hash, 0.35, '/body/DocFragment[3].0', now());
    const items = [
      { hash: book.hash, percentage: 0.9, progress: '/body/DocFragment[9].0', timestamp: now() },
      { hash: book.hash, percentage: 'all' },
    ];
    const answer = await phone.post('progress', { ...envelope, protocol: undefined, items });
    expect(answer).toMatchObject({ status: 400, body: { error: 'bad_request', field: 'items[1].percentage' } });
    expect(await placeOf(book.hash)).toMatchObject({ percentage: 0.35 });
  });
});
