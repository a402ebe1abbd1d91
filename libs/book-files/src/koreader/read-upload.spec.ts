import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeZip } from '@bookorbit/testing';
import type { Sidecar } from './read-sidecar.ts';
import { readUpload, type SentFile } from './read-upload.ts';

const A = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const SIDECAR = `return { ["partial_md5_checksum"] = "${A}", ["percent_finished"] = 0.5, ["last_xpointer"] = "/body/p[1]" }`;

let folder: string;
let scratch: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'upload-'));
  scratch = join(folder, 'scratch');
  mkdirSync(scratch);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

let sentCount = 0;
function sent(name: string, content: string | Buffer): SentFile {
  sentCount += 1;
  const path = join(folder, String(sentCount));
  writeFileSync(path, content);
  return { path, name };
}

/** A database in WAL mode whose one row is in the WAL. */
function database(): { readonly main: Buffer; readonly wal: Buffer } {
  const path = join(folder, 'made.sqlite3');
  const writer = new DatabaseSync(path);
  writer.exec(`CREATE TABLE book (id integer PRIMARY KEY, title text, authors text, md5 text);
    CREATE TABLE page_stat_data (id_book integer, page integer, start_time integer, duration integer, total_pages integer, UNIQUE (id_book, page, start_time));
    PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0;
    INSERT INTO book VALUES (1, 'T', 'X', '${A}'); INSERT INTO page_stat_data VALUES (1, 1, 100, 10, 50)`);
  cpSync(path, `${path}.copy`);
  cpSync(`${path}-wal`, `${path}.copy-wal`);
  const copied = { main: readFileSync(`${path}.copy`), wal: readFileSync(`${path}.copy-wal`) };
  writer.close();
  return copied;
}

async function read(...files: SentFile[]) {
  const sidecars: Sidecar[] = [];
  let rows = 0;
  const found = await readUpload(files, scratch, {
    sidecar: (sidecar) => void sidecars.push(sidecar),
    book: () => undefined,
    rows: (_fingerprint, { pages }) => void (rows += pages.length),
  });
  expect(readdirSync(scratch)).toEqual([]);
  return { found, sidecars, rows };
}

describe('an upload', () => {
  it('may be a database with the WAL that belongs to it, and sidecars', async () => {
    const { main, wal } = database();
    const { found, sidecars, rows } = await read(
      sent('settings/statistics.sqlite3', main),
      sent('settings/statistics.sqlite3-wal', wal),
      sent('metadata.epub.lua', SIDECAR),
      sent('history.lua', 'return {}'),
    );
    expect(found).toEqual([
      { name: 'settings/statistics.sqlite3', kind: 'statistics', documents: 1 },
      { name: 'metadata.epub.lua', kind: 'sidecar', documents: 1 },
      { name: 'history.lua', kind: 'other', documents: 0 },
    ]);
    expect([sidecars.length, rows]).toEqual([1, 1]);
  });

  it('may be a zip of everything', async () => {
    const { main, wal } = database();
    const zip = makeZip([
      { name: 'koreader/settings/statistics.sqlite3', content: main },
      { name: 'koreader/settings/statistics.sqlite3-wal', content: wal },
      { name: 'Books/x.sdr/metadata.epub.lua', content: SIDECAR },
      { name: 'Books/x.sdr/metadata.epub.lua.old', content: SIDECAR },
      { name: 'koreader/settings.reader.lua', content: 'return {}' },
    ]);
    const { found, sidecars, rows } = await read(sent('all.zip', zip));
    expect(found).toEqual([
      { name: 'all.zip/koreader/settings/statistics.sqlite3', kind: 'statistics', documents: 1 },
      { name: 'all.zip/Books/x.sdr/metadata.epub.lua', kind: 'sidecar', documents: 1 },
    ]);
    expect([sidecars.length, rows]).toEqual([1, 1]);
  });

  it('names what cannot be used, and is read for the rest', async () => {
    const { found, sidecars } = await read(
      sent('a.zip', Buffer.from('PK\x03\x04 nothing more')),
      sent('b.zip', makeZip([{ name: 'pictures/cat.jpg', content: 'x' }])),
      sent('metadata.pdf.lua', 'return os.exit()'),
      sent('x.sdr/metadata.epub.lua', 'return { ["percent_finished"] = 0.5 }'),
      sent('statistics.sqlite3', 'no database'),
      sent('broken.sqlite3', `SQLite format 3\0${'x'.repeat(500)}`),
      sent('metadata.epub.lua', SIDECAR),
    );
    expect(found.map(({ name, problem }) => [name, problem])).toEqual([
      ['a.zip', expect.any(String)],
      ['b.zip', 'It holds neither statistics.sqlite3 nor a metadata.*.lua file'],
      ['metadata.pdf.lua', 'It cannot be read: "os" is no data in line 1'],
      ['x.sdr/metadata.epub.lua', expect.stringContaining('does not say of which file')],
      ['statistics.sqlite3', 'It is no SQLite database'],
      ['broken.sqlite3', expect.stringContaining('damaged')],
      ['metadata.epub.lua', undefined],
    ]);
    expect(sidecars).toHaveLength(1);
  });

  it('is bounded in what it unpacks to', async () => {
    const bomb = makeZip([{ name: 'x.sdr/metadata.epub.lua', content: `return "${'x'.repeat(8_000_000)}"` }]);
    const { found } = await read(sent('bomb.zip', bomb));
    expect(found[0]?.problem).toBeDefined();
    const files = [sent('metadata.a.lua', SIDECAR), sent('metadata.b.lua', SIDECAR)];
    const limits = { sidecarBytes: 1000, allSidecarBytes: SIDECAR.length, statisticsBytes: 1, files: 1 };
    const taker = { sidecar: () => undefined, book: () => undefined, rows: () => undefined };
    expect((await readUpload(files, scratch, taker, limits)).map(({ problem }) => problem)).toEqual([
      undefined,
      'There are too many sidecars at once; send fewer',
    ]);
    const zipped = await readUpload(
      [sent('s.zip', makeZip([{ name: 'statistics.sqlite3', content: database().main }]))],
      scratch,
      taker,
      limits,
    );
    expect(zipped[0]?.problem).toBeDefined();
  });
});
