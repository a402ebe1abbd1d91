import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { AnnotationExchangeResult, DeviceAnnotation, DrawerName } from '@bookorbit/contracts';
import { createTestDatabase, sharedPath, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader, type TestReader } from '../database/test-reader.ts';
import { AnnotationServer } from './testing/annotation-server.ts';
import { acksOf, bookOf, envelope } from './testing/device-notes.ts';

const DATA = sharedPath();

/** Highlights of a device's sidecars, by book. */
function sidecarsOf(device: string): Map<string, DeviceAnnotation[]> {
  const folder = join(DATA ?? '', 'koreader-data', device);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /metadata\.\w+\.lua$/.test(path),
  );
  return new Map(
    paths.map((path) => [
      basename(dirname(path)).replace(/\.sdr$/, ''),
      annotationsIn(readFileSync(join(folder, path), 'utf8')),
    ]),
  );
}

/** Enough of Lua for the lists KOReader writes: strings and numbers, eight spaces in. */
function annotationsIn(lua: string): DeviceAnnotation[] {
  const [, list = ''] = /\n {4}\["annotations"\] = \{\n([\s\S]*?)\n {4}\},/.exec(lua) ?? [];
  return list.split(/\n? {8}\[\d+\] = \{\n/).flatMap((block) => {
    const values = new Map<string, string>();
    for (const [, name = '', value = ''] of block.matchAll(/\["(\w+)"\] = ("(?:[^"\\]|\\[\s\S])*"|-?[\d.]+)/g)) {
      values.set(name, value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\([\s\S])/g, '$1') : value);
    }
    const drawer = values.get('drawer');
    // Without a drawer it is a dog-ear.
    return drawer === undefined ? [] : [itemOf(values, drawer as DrawerName)];
  });
}

function itemOf(values: ReadonlyMap<string, string>, drawer: DrawerName): DeviceAnnotation {
  return {
    datetime: values.get('datetime') ?? '',
    datetimeUpdated: values.get('datetime_updated'),
    drawer,
    color: values.get('color'),
    text: values.get('text'),
    note: values.get('note'),
    chapter: values.get('chapter'),
    pageno: Number(values.get('pageno')),
    posFormat: 'xpointer',
    pos0: values.get('pos0') ?? '',
    pos1: values.get('pos1'),
  };
}

const describeWithData = DATA === undefined ? describe.skip : describe;

describeWithData('what real devices have', () => {
  let database: TestDatabase;
  let server: AnnotationServer;
  let reader: TestReader;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    server = await AnnotationServer.start(database.connection);
    reader = await createTestReader(server.dataSource, 10);
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  it('is all on both in the end, to the letter, and nothing twice', async () => {
    const [a, b] = [sidecarsOf('device-a'), sidecarsOf('device-b')];
    const books = [...new Set([...a.keys(), ...b.keys()])];
    const hashOf = new Map(books.map((book, n) => [book, reader.files[n]?.hash ?? '']));
    const highlights = [...a.values(), ...b.values()].flat();
    expect(highlights.length).toBeGreaterThan(25);
    expect(highlights.some(({ note }) => note?.includes('\n'))).toBe(true);
    expect(new Set(highlights.map(({ color }) => color)).size).toBeGreaterThan(5);
    for (const book of books) {
      const sync = async (device: string, domVersion: number, items: readonly DeviceAnnotation[]) => {
        const said = { ...bookOf(hashOf.get(book) ?? '', items), domVersion };
        const { results } = await server.exchange(reader.userId, { ...envelope(device), books: [said] });
        const [result] = results;
        if (!result) throw new Error(`${book} was not recognised`);
        await server.ack(reader.userId, { ...envelope(device), books: [acksOf(result)] });
        return result;
      };
      const [onA, onB] = [a.get(book) ?? [], b.get(book) ?? []];
      expect(await sync('device-a', 20240114, onA)).toMatchObject({ applied: { created: onA.length } });
      const toB = await sync('device-b', 20260812, onB);
      expect(toB.applied.created).toBe(onB.length);
      expect(itemsOf(toB)).toEqual(onA);
      const toA = await sync('device-a', 20240114, onA);
      expect(itemsOf(toA)).toEqual(onB);
      const all = [...onA, ...onB];
      for (const [device, domVersion] of [
        ['device-a', 20240114],
        ['device-b', 20260812],
      ] as const) {
        const last = await sync(device, domVersion, all);
        expect(last).toMatchObject({
          applied: { created: 0, updated: 0, moved: 0 },
          toApply: { add: [], edit: [], delete: [] },
        });
      }
    }
  });
});

/** In the order they were made. */
function itemsOf({ toApply }: AnnotationExchangeResult): DeviceAnnotation[] {
  return toApply.add.map(({ serverId: _id, version: _version, ...item }) => item);
}
