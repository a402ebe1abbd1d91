import type {
  AckAnswer,
  AnnotationDetail,
  AnnotationExchangeAnswer,
  AnnotationList,
  DeviceAnnotation,
  FailedAnnotation,
  HeldDeletes,
  PendingDelete,
} from '@bookorbit/contracts';
import { createTestDatabase, PluginDevice } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { type Person, SpecServer } from '../sync/testing/person-at-server.ts';
import { acksOf, bookOf, highlight, keyOf } from './testing/device-notes.ts';

let server: SpecServer;
let person: Person;
let stranger: Person;
let kobo: PluginDevice;
let phone: PluginDevice;

beforeAll(async () => {
  server = await SpecServer.start(await createTestDatabase(MIGRATED_SCHEMA));
  stranger = await server.addPerson();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  person = await server.addPerson(2);
  [kobo, phone] = ['KOBO', 'PHONE'].map(
    (id) => new PluginDevice(person.paired, id, { utcOffsetMinutes: 0, isSilent: true }, `${id} model`),
  ) as [PluginDevice, PluginDevice];
});
afterEach(async () => {
  // Whatever a test did, it was nobody else's.
  expect((await list(stranger)).total).toBe(0);
});

const hashOf = (n = 0) => person.files[n]?.hash ?? '';
const list = (who: Person, query = '') => who.get<AnnotationList>(`annotations${query}`);
const texts = async (query: string) => (await list(person, query)).annotations.map(({ text }) => text).sort();

async function exchange(device: PluginDevice, items: readonly DeviceAnnotation[], more: object = {}, n = 0) {
  const book = { ...bookOf(hashOf(n), items), ...more };
  const { status, body } = await device.post<AnnotationExchangeAnswer>('annotations/exchange', { books: [book] });
  expect(status).toBe(200);
  const [result] = body.results;
  if (!result) throw new Error('the book was not recognised');
  return result;
}

async function ack(device: PluginDevice, book: object): Promise<void> {
  const { status } = await device.post<AckAnswer>('annotations/exchange-ack', { books: [book] });
  expect(status).toBe(200);
}

const items = [
  highlight(1, { text: 'Call me Ishmael', color: 'red', chapter: 'Loomings', pageno: 3 }),
  highlight(2, {
    text: 'whale',
    note: 'the white one, "again"',
    drawer: 'underscore',
    color: 'blue',
    chapter: 'Moby',
    pageno: 9,
  }),
  highlight(3, { text: '=1+1', drawer: 'strikeout', color: 'my own mauve', pageno: 12 }),
];

describe('the annotations of a user, over HTTP', () => {
  it('are searched by words, and narrowed by book, colour, style, device and whether there is a note', async () => {
    await exchange(kobo, items);
    await exchange(phone, [highlight(9, { text: 'another whale' })], {}, 1);
    expect((await list(person)).total).toBe(4);
    expect(await texts('?q=WHALE')).toEqual(['another whale', 'whale']);
    expect(await texts('?q=white%20again')).toEqual(['whale']);
    expect(await texts('?q=loomings')).toEqual(['Call me Ishmael']);
    expect(await texts(`?bookId=${person.files[1]?.bookId}`)).toEqual(['another whale']);
    expect(await texts('?color=red')).toEqual(['Call me Ishmael']);
    expect(await texts('?color=my%20own%20mauve')).toEqual(['=1+1']);
    expect(await texts('?style=underline')).toEqual(['whale']);
    expect(await texts('?style=strikethrough&color=red')).toEqual([]);
    expect(await texts('?deviceId=PHONE')).toEqual(['another whale']);
    expect(await texts('?hasNote=true')).toEqual(['whale']);
    expect(await texts('?hasNote=false')).toHaveLength(3);
    const [first] = (await list(person, '?sort=page&limit=1')).annotations;
    expect(first).toMatchObject({ text: 'Call me Ishmael', deviceName: 'KOBO model', colorName: 'red', page: 3 });
    expect(await person.send('GET', 'annotations?style=wavy')).toBe(400);
  });

  it('are exported as Markdown, CSV, JSON and W3C annotations, by the same query', async () => {
    await exchange(kobo, items);
    const download = async (query: string) => {
      const response = await person.ask('GET', `annotations/export?${query}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="annotations\.\w+"$/);
      return { type: response.headers.get('content-type'), body: await response.text() };
    };
    const markdown = await download('format=markdown');
    expect(markdown.type).toContain('text/markdown');
    expect(markdown.body).toContain('## Loomings\n\n> Call me Ishmael');
    const csv = await download('format=csv');
    expect(csv.body.split('\r\n')).toHaveLength(5);
    expect(csv.body).toContain('"the white one, ""again"""');
    // What a spreadsheet would run is a text there.
    expect(csv.body).toContain(`"'=1+1"`);
    const json = JSON.parse((await download('format=json&hasNote=true')).body) as { annotations: AnnotationDetail[] };
    expect(json.annotations.map(({ note }) => note)).toEqual(['the white one, "again"']);
    const w3c = JSON.parse((await download('format=w3c')).body) as { type: string; first: { items: object[] } };
    expect([w3c.type, w3c.first.items.length]).toEqual(['AnnotationCollection', 3]);
    expect(w3c.first.items[1]).toMatchObject({ motivation: 'commenting', body: { value: 'the white one, "again"' } });
    expect(await person.send('GET', 'annotations/export?format=pdf')).toBe(400);
  });

  it('lie in the trash once deleted, with the devices that still owe an ack, and come back from there', async () => {
    await exchange(kobo, items);
    await ack(phone, acksOf(await exchange(phone, [])));
    const [doomed] = (await list(person, '?q=ishmael')).annotations;
    expect(await person.send('DELETE', `annotations/${doomed?.id}`)).toBe(204);
    expect(await texts('')).toHaveLength(2);
    expect(await texts('?state=trash')).toEqual(['Call me Ishmael']);
    const owing = async () =>
      (await person.get<PendingDelete[]>('annotations/pending-deletes')).map(({ annotation, devices }) => [
        annotation.id,
        devices.map(({ deviceId }) => deviceId).sort(),
      ]);
    expect(await owing()).toEqual([[doomed?.id, ['KOBO', 'PHONE']]]);
    const onPhone = await exchange(phone, items, { changes: [] });
    expect(onPhone.toApply.delete).toHaveLength(1);
    await ack(phone, acksOf(onPhone));
    expect(await owing()).toEqual([[doomed?.id, ['KOBO']]]);
    expect(await person.send('POST', `annotations/${doomed?.id}/restore`)).toBe(200);
    expect(await owing()).toEqual([]);
    expect((await exchange(phone, items.slice(1), { changes: [] })).toApply.add).toMatchObject([
      { serverId: doomed?.id, text: 'Call me Ishmael' },
    ]);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/restore'],
      ['POST', '/retry'],
      ['GET', ''],
    ] as const)
      expect(await stranger.send(method, `annotations/${doomed?.id}${path}`)).toBe(404);
  });

  it('that a device could not place are listed with the reason, and offered again when the user asks', async () => {
    await exchange(kobo, items.slice(0, 1));
    const offered = await exchange(phone, []);
    const [add] = offered.toApply.add;
    const failed = {
      serverId: add?.serverId,
      version: add?.version,
      status: 'failed',
      reason: 'the text is not there',
    };
    await ack(phone, { hash: hashOf(), applied: [failed], deleted: [] });
    const listed = await person.get<FailedAnnotation[]>('annotations/failed');
    expect(listed).toMatchObject([
      {
        deviceId: 'PHONE',
        deviceName: 'PHONE model',
        reason: 'the text is not there',
        annotation: { id: add?.serverId },
      },
    ]);
    expect((await exchange(phone, [])).toApply.add).toEqual([]);
    expect(await person.send('POST', `annotations/${add?.serverId}/retry`)).toBe(204);
    expect(await person.get<FailedAnnotation[]>('annotations/failed')).toEqual([]);
    expect((await exchange(phone, [])).toApply.add).toHaveLength(1);
  });

  it('that vanish all at once wait for the user, who says yes or no', async () => {
    for (const decision of ['confirm', 'discard'] as const) {
      const n = decision === 'confirm' ? 0 : 1;
      await exchange(kobo, items, {}, n);
      await ack(phone, { ...acksOf(await exchange(phone, [], {}, n)) });
      const vanished = await exchange(kobo, [], { changes: [], deleted: items.map(keyOf) }, n);
      expect(vanished).toMatchObject({ held: 3, applied: { deviceDeleted: 0 } });
      const held = (await person.get<HeldDeletes[]>('annotations/held')).filter(
        ({ fileId }) => fileId === person.files[n]?.fileId,
      );
      expect(held).toMatchObject([{ deviceId: 'KOBO', deviceName: 'KOBO model', count: 3, kind: 'highlight' }]);
      const answer = { deviceId: 'KOBO', fileId: person.files[n]?.fileId };
      expect(await stranger.send('POST', `annotations/held/${decision}`, answer)).toBe(404);
      expect(await person.send('POST', `annotations/held/${decision}`, answer)).toBe(204);
      const bookId = person.files[n]?.bookId;
      expect((await list(person, `?bookId=${bookId}`)).total).toBe(decision === 'confirm' ? 0 : 3);
      expect((await list(person, `?bookId=${bookId}&state=trash`)).total).toBe(decision === 'confirm' ? 3 : 0);
      const onPhone = await exchange(phone, items, { changes: [] }, n);
      expect(onPhone.toApply.delete).toHaveLength(decision === 'confirm' ? 3 : 0);
      const onKobo = await exchange(kobo, [], { changes: [] }, n);
      expect(onKobo.toApply.add).toHaveLength(decision === 'confirm' ? 0 : 3);
    }
  });

  it('are changed by the query that finds them', async () => {
    await exchange(kobo, items);
    const change = (query: string, body: object) => person.send('POST', `annotations/changes/found${query}`, body);
    expect(await change('?q=whale', { action: 'trash', count: 3 })).toBe(409);
    expect(await change('?q=whale', { action: 'trash' })).toBe(400);
    expect(await change('?quality=none', { action: 'trash', count: 1 })).toBe(400);
    expect(await texts('?state=trash')).toEqual([]);
    expect(await change('?q=whale', { action: 'trash', count: 1 })).toBe(200);
    expect(await texts('?state=trash')).toEqual(['whale']);
  });

  it('need koreader_sync', async () => {
    const without = await server.addPerson(1, ['download']);
    for (const path of ['', '/export?format=csv', '/failed', '/pending-deletes', '/held', '/1'])
      expect(await without.send('GET', `annotations${path}`)).toBe(403);
  });
});

describe('deletes and the devices that owe them', () => {
  async function deleteOne(): Promise<number | undefined> {
    await exchange(kobo, items.slice(0, 1));
    await ack(phone, acksOf(await exchange(phone, [])));
    await ack(kobo, acksOf(await exchange(kobo, items.slice(0, 1), { changes: [] })));
    const [doomed] = (await list(person)).annotations;
    expect(await person.send('DELETE', `annotations/${doomed?.id}`)).toBe(204);
    await ack(kobo, acksOf(await exchange(kobo, items.slice(0, 1), { changes: [] })));
    return doomed?.id;
  }
  const pending = async () => (await person.get<PendingDelete[]>('annotations/pending-deletes')).length;

  it('are not held up by a device that is forgotten', async () => {
    await deleteOne();
    expect(await pending()).toBe(1);
    expect(await person.send('DELETE', 'koreader/devices/PHONE')).toBe(204);
    expect(await pending()).toBe(0);
  });

  it('nor by one that is retired, which is asked again should it come back', async () => {
    const id = await deleteOne();
    expect(await person.send('PATCH', 'koreader/devices/PHONE', { isRetired: true })).toBe(204);
    expect(await pending()).toBe(0);
    // Somebody found it in a drawer: what it has is checked anew, and nothing it holds comes back to life.
    expect(await person.send('PATCH', 'koreader/devices/PHONE', { isRetired: false })).toBe(204);
    expect(await pending()).toBe(1);
    const back = await exchange(phone, items.slice(0, 1));
    expect(back.applied).toMatchObject({ created: 0, skippedDeleted: 1 });
    expect(back.toApply.delete).toMatchObject([{ serverId: id }]);
    await ack(phone, acksOf(back));
    expect(await pending()).toBe(0);
    expect((await list(person)).total).toBe(0);
  });
});
