import type {
  BookState,
  DeviceSummary,
  ProgressHistory,
  ServerEvent,
  SyncAnswer,
  UnmatchedDocument,
} from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice, StockDevice } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from './testing/person-at-server.ts';

let server: SpecServer;

beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
});
afterAll(() => server?.stop());

const READ_AT = 1_794_990_000;
const at = (percentage: number) => `/body/DocFragment[${Math.round(percentage * 100)}]/body/p[1]/text().0`;
const device = ({ paired }: Person, deviceId = 'KOBO1'): PluginDevice =>
  new PluginDevice(paired, deviceId, { utcOffsetMinutes: 0, isSilent: true });

/** @returns The newest place, as the answer to a one-call sync tells it. */
async function sync(
  reader: PluginDevice,
  hash: string,
  percentage?: number,
  timestamp = READ_AT,
): Promise<number | undefined> {
  const progress = percentage === undefined ? {} : { percentage, progress: at(percentage), timestamp };
  const { status, body } = await reader.post<SyncAnswer>('sync', { books: [{ hash, progress }] });
  expect(status).toBe(200);
  return body.books[0]?.progress?.newest?.percentage;
}

describe('“I did not read to 97 %”', () => {
  it('wins over the device that says so, in every way a place is asked for, until somebody reads on', async () => {
    const person = await server.addPerson();
    const [{ hash, bookId } = { hash: '', bookId: 0 }] = person.files;
    const [kobo, phone] = [device(person), device(person, 'PHONE')];
    const stock = new StockDevice(person.paired, 'Stock', 'STOCK1');
    expect(await sync(kobo, hash, 0.4)).toBe(0.4);
    // A child had the reader in hand.
    expect(await sync(kobo, hash, 0.97, READ_AT + 1000)).toBe(0.97);
    const { entries } = await person.get<ProgressHistory>(`books/${bookId}/history`);
    const entryId = entries.find(({ percentage }) => percentage === 0.4)?.id;
    expect(await person.send('POST', `books/${bookId}/progress/step-back`, { entryId })).toBe(204);

    server.now = new Date(server.now.getTime() + 3_600_000);
    const later = Math.floor(server.now.getTime() / 1000) - 1000;

    // The stale device, which knows nothing of it: the same report again, and ones that claim to be newer than the step back.
    expect(await sync(kobo, hash, 0.97, READ_AT + 1000)).toBe(0.4);
    expect(await sync(kobo, hash, 0.97, later)).toBe(0.4);
    expect((await kobo.progress([{ hash, percentage: 0.97, progress: at(0.97), timestamp: later + 100 }])).status).toBe(
      200,
    );
    expect((await kobo.pull(hash)).body).toMatchObject({ percentage: 0.4, progress: at(0.4) });
    // Others, and stock progress sync on the same reader.
    expect(await sync(phone, hash)).toBe(0.4);
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.4, progress: at(0.4) });
    expect((await stock.push(hash, 0.97, at(0.97))).status).toBe(200);
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.4 });
    expect(await sync(phone, hash)).toBe(0.4);
    // It follows, and reads on: from then on it counts as ever.
    expect(await sync(kobo, hash, 0.41, later + 200)).toBe(0.41);
    expect(await sync(kobo, hash, 0.5, later + 300)).toBe(0.5);
    expect((await stock.pull(hash)).body).toMatchObject({ percentage: 0.5 });
  });

  it('takes back the status that came of it, and leaves one the user chose', async () => {
    const person = await server.addPerson(2);
    for (const [n, choice] of [
      [0, undefined],
      [1, 'abandoned'],
    ] as const) {
      const { hash, bookId } = person.files[n] ?? { hash: '', bookId: 0 };
      await sync(device(person), hash, 0.4);
      await sync(device(person), hash, 0.99, READ_AT + 1000);
      if (choice) expect(await person.send('PATCH', `books/${bookId}/state`, { status: choice })).toBe(200);
      const { entries } = await person.get<ProgressHistory>(`books/${bookId}/history`);
      const entryId = entries.find(({ percentage }) => percentage === 0.4)?.id;
      expect(await person.send('POST', `books/${bookId}/progress/step-back`, { entryId })).toBe(204);
      await sync(device(person), hash, 0.99, READ_AT + 1000);
      expect((await person.get<BookState>(`books/${bookId}/state`)).status).toBe(choice ?? 'reading');
    }
  });
});

describe('open pages', () => {
  /** What a page hears, from now on. */
  async function listen(person: Person): Promise<{ heard: ServerEvent[]; close: () => void }> {
    const heard: ServerEvent[] = [];
    const abort = new AbortController();
    const response = await person.stream('events', abort.signal);
    const read = async () => {
      let rest = '';
      for await (const bytes of response as AsyncIterable<Uint8Array>) {
        rest += Buffer.from(bytes).toString('utf8');
        const lines = rest.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) if (line.startsWith('data: {')) heard.push(JSON.parse(line.slice(6)) as ServerEvent);
      }
    };
    read().catch(() => undefined);
    return { heard, close: () => abort.abort() };
  }
  // The libraries of a spec are looked through as any are.
  const told = ({ heard }: { heard: ServerEvent[] }) => heard.filter(({ type }) => type !== 'books');
  const soon = async (isSo: () => boolean) => {
    for (let n = 0; n < 600 && !isSo(); n += 1) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  it('hear which book a device synced, by every way it can, and nobody else hears', async () => {
    const [person, other] = [await server.addPerson(3), await server.addPerson()];
    const [page, others] = [await listen(person), await listen(other)];
    const [first, second, third] = person.files;
    const hears = async (bookId: number | undefined) => {
      const isHeard = () => page.heard.some((event) => event.type === 'progress' && event.bookId === bookId);
      await soon(isHeard);
      expect([page.heard, isHeard()]).toEqual([page.heard, true]);
      expect(page.heard).toContainEqual({ type: 'koreader' });
    };
    await sync(device(person), first?.hash ?? '', 0.5);
    await hears(first?.bookId);
    await new StockDevice(person.paired, 'Stock', 'STOCK1').push(second?.hash ?? '', 0.2, at(0.2));
    await hears(second?.bookId);
    await device(person).post('page-stats', { books: [{ hash: third?.hash, rows: [[1, READ_AT, 60, 100]] }] });
    await hears(third?.bookId);
    expect(told(others)).toEqual([]);
    page.close();
    others.close();
  });

  it('follow what the same person changes on another page, and nobody else hears', async () => {
    const [person, other] = [await server.addPerson(2), await server.addPerson()];
    const [{ bookId = 0, fileId = 0, hash = '' } = {}] = person.files;
    const progress = { percentage: 0.4, progress: at(0.4), timestamp: READ_AT };
    expect((await device(person).post('progress', { items: [{ hash, ...progress }] })).status).toBe(200);
    await new StockDevice(person.paired, 'Stock', 'STOCK1').push('f'.repeat(32), 0.2, at(0.2));
    const [{ deviceId = '' } = {}] = await person.get<DeviceSummary[]>('koreader/devices');
    const [{ id: unmatchedId = 0 } = {}] = await person.get<UnmatchedDocument[]>('koreader/unmatched');
    const { entries } = await person.get<ProgressHistory>(`books/${bookId}/history`);
    const made = { fileId, xpointer: '/body/DocFragment[1]/body/p[1]/text().0', text: 'marked' };
    const idOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { id: number }).id;
    const annotationId = await idOf(person.ask('POST', 'annotations', made));
    const logged = { bookId, startedAt: new Date(READ_AT * 1000).toISOString(), seconds: 600 };
    const logId = await idOf(person.ask('POST', 'reading/log', logged));
    const [page, others] = [await listen(person), await listen(other)];
    // What devices did before is told until then.
    await new Promise((resolve) => setTimeout(resolve, 2_000));

    const ofBook: ServerEvent = { type: 'progress', bookId };
    const ofKoreader: ServerEvent = { type: 'koreader' };
    const changes: [ServerEvent, string, string, object?][] = [
      [ofBook, 'PATCH', `books/${bookId}/state`, { status: 'reading' }],
      [ofBook, 'POST', `books/${bookId}/progress/start-over`],
      [ofBook, 'POST', `books/${bookId}/progress/step-back`, { entryId: entries[0]?.id }],
      [ofBook, 'POST', `books/${bookId}/progress/use`, { fileId, deviceId: entries[0]?.deviceId }],
      [ofBook, 'POST', 'reading/log', logged],
      [ofKoreader, 'DELETE', `reading/log/${logId}`],
      [ofKoreader, 'PUT', 'reading/time-zone', { timeZone: 'Europe/Berlin' }],
      [ofKoreader, 'POST', 'annotations', { ...made, xpointer: '/body/DocFragment[1]/body/p[1]/text().1' }],
      [ofKoreader, 'PATCH', `annotations/${annotationId}`, { note: 'why' }],
      [ofKoreader, 'POST', 'annotations/changes', { action: 'edit', ids: [annotationId], color: 'green' }],
      [ofKoreader, 'POST', `annotations/changes/found?q=marked`, { action: 'edit', color: 'red', count: 2 }],
      [ofKoreader, 'POST', `annotations/${annotationId}/retry`],
      [ofKoreader, 'DELETE', `annotations/${annotationId}`],
      [ofKoreader, 'POST', `annotations/${annotationId}/restore`],
      [ofKoreader, 'POST', 'annotations/held/confirm', { deviceId, fileId }],
      [ofKoreader, 'POST', 'annotations/held/discard', { deviceId, fileId }],
      [ofKoreader, 'POST', `koreader/unmatched/${unmatchedId}/dismiss`],
      [ofKoreader, 'POST', `koreader/unmatched/${unmatchedId}/restore`],
      [ofKoreader, 'POST', `koreader/unmatched/${unmatchedId}/link`, { bookFileId: fileId }],
      [ofKoreader, 'PATCH', `koreader/devices/${deviceId}`, { name: 'In the bag' }],
      [ofKoreader, 'DELETE', `koreader/devices/${deviceId}`],
      [ofKoreader, 'PATCH', 'koreader/account', { isSyncEnabled: false }],
      [ofKoreader, 'DELETE', 'koreader/account'],
      [ofKoreader, 'POST', 'koreader/account', { username: 'anew', password: 'device password' }],
    ];
    for (const [event, method, path, body] of changes) {
      page.heard.length = 0;
      const response = await person.ask(method, path, body);
      expect([method, path, response.ok ? '' : await response.text()]).toEqual([method, path, '']);
      await soon(() => told(page).length > 0);
      expect([method, path, told(page)]).toEqual([method, path, [event]]);
    }
    page.heard.length = 0;
    expect(await person.send('PATCH', 'books/999999/state', { status: 'reading' })).toBe(404);
    expect(await person.send('PATCH', `books/${bookId}/state`, { rating: 4 })).toBe(200);
    await soon(() => told(page).length > 0);
    expect(told(page)).toEqual([ofBook]);
    expect(told(others)).toEqual([]);
    page.close();
    others.close();
  });

  it('hear of no book when a device only asked', async () => {
    const person = await server.addPerson();
    const page = await listen(person);
    await sync(device(person), person.files[0]?.hash ?? '');
    await soon(() => told(page).length > 0);
    expect(told(page)).toEqual([{ type: 'koreader' }]);
    page.close();
  });
});
