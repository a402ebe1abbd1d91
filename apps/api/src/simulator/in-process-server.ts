import { createHash, randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplication } from '@nestjs/common';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { readEnvironment } from '../config/index.ts';
import type { DatabaseConnection } from '../database/index.ts';
import { createServer } from '../server.ts';
import { InProcessKobo } from './in-process-kobo.ts';
import { askInProcess, type InProcessAnswer } from './ask-in-process.ts';

interface LibraryBook {
  readonly bookId: number;
  readonly fileId: number;
  readonly hash: string;
  readonly rezipped?: { readonly hash: string; readonly contentSignature: readonly string[] };
  readonly isCopy?: boolean;
  readonly isPaged: boolean;
}

/** People in the database before all of them are forgotten. */
const PEOPLE_AT_ONCE = 100;
/** Longer than any schedule, whatever year it is played in. */
const LOGIN_UNTIL = '2100-01-01T00:00:00Z';

/** The whole server in this process on a real Postgres, as the simulator asks it. Time is what it is told. */
export class InProcessServer {
  private seconds = 0;
  private people = 0;
  private turn = 0;

  private constructor(
    private readonly apps: readonly INestApplication[],
    private readonly dataSource: DataSource,
    private readonly libraryId: number,
    private readonly books: readonly LibraryBook[],
  ) {}

  /** @param count Servers on the one database, which are asked in turn. */
  static async start(connection: DatabaseConnection, count = 1): Promise<InProcessServer> {
    const environment = readEnvironment({
      LOG_LEVEL: 'silent',
      DATA_DIR: join(tmpdir(), randomBytes(8).toString('hex')),
    });
    const log = pino({ level: process.env['SIMULATE_LOG'] ?? 'silent' });
    const apps: INestApplication[] = [];
    for (let n = 0; n < count; n += 1) apps.push(await createServer(environment, connection, log));
    const [dataSource] = apps.map((app) => app.get(DataSource));
    if (!dataSource) throw new Error('no server was asked for');
    const [{ id: libraryId }] = await dataSource.query(`INSERT INTO libraries (name) VALUES ('Books') RETURNING id`);
    const reflowed = await addBook(dataSource, libraryId, 'reflowed', 'epub');
    const books = [
      reflowed,
      await addBook(dataSource, libraryId, 'paged', 'cbz'),
      // Two more files of the first book: with its pages, and once more the same.
      await addFile(dataSource, libraryId, reflowed.bookId, 'reflowed as pages', 'cbz'),
      await addCopy(dataSource, libraryId, reflowed),
    ];
    const server = new InProcessServer(apps, dataSource, libraryId, books);
    for (const app of apps) {
      app.get(Clock).now = () => new Date(server.seconds * 1000);
      await app.init();
    }
    return server;
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.close()));
  }

  setTime(seconds: number): Promise<void> {
    this.seconds = seconds;
    return Promise.resolve();
  }

  async addPerson(timeZone: string) {
    this.people += 1;
    const name = `person-${this.people}`;
    const key = randomBytes(16).toString('hex');
    const token = randomBytes(32).toString('base64url');
    if (this.people % PEOPLE_AT_ONCE === 0) await this.forgetPeople();
    const [{ user_id: userId }] = await this.dataSource.query(
      `WITH person AS (
         INSERT INTO users (username, password_hash, time_zone, permissions) VALUES ($1, '', $2, '{koreader_sync}') RETURNING id
       ), access AS (
         INSERT INTO library_access (user_id, library_id) SELECT id, $3 FROM person
       ), account AS (
         INSERT INTO koreader_accounts (user_id, username, password_hash) SELECT id, $1, '' FROM person RETURNING user_id
       ), login AS (
         INSERT INTO logins (token_digest, user_id, last_seen_at, expires_at) SELECT $5, id, $6, $6 FROM person
       )
       INSERT INTO device_keys (user_id, key_digest, created_at, last_used_at) SELECT user_id, $4, now(), $6 FROM account
       RETURNING (SELECT id FROM person) AS user_id`,
      [name, timeZone, this.libraryId, sha256(key), sha256(token), LOGIN_UNTIL],
    );
    const device = { 'x-auth-user': name, 'x-auth-key': key };
    const browser = { cookie: `bookorbit_login=${token}`, 'sec-fetch-site': 'same-origin' };
    const [app] = this.apps;
    return {
      books: this.books,
      ...(app && { kobo: new InProcessKobo(app, userId) }),
      device: (method: string, path: string, body?: object): Promise<InProcessAnswer> =>
        this.ask(method, `/api/v1/koreader/${path}`, device, body),
      web: (method: string, path: string, body?: object): Promise<InProcessAnswer> =>
        this.ask(method, `/api/v1/${path}`, browser, body),
    };
  }

  /** Nobody looks at them again, and plans made for few people would grow slow with many. */
  private async forgetPeople(): Promise<void> {
    await this.dataSource.query('TRUNCATE users, page_stats CASCADE');
  }

  private ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: object | undefined,
  ): Promise<InProcessAnswer> {
    const app = this.apps[this.turn++ % this.apps.length];
    if (!app) throw new Error('no server runs');
    return askInProcess(app, method, path, headers, body);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** A book of which there is no file to look into: its places are as devices say. */
async function addBook(
  dataSource: DataSource,
  libraryId: number,
  name: string,
  format: 'epub' | 'cbz',
): Promise<LibraryBook> {
  const [book] = await dataSource.query(
    `INSERT INTO books (library_id, title, sort_title, search, added_at, updated_at) VALUES ($1, $2, $2, $2, now(), now()) RETURNING id`,
    [libraryId, name],
  );
  return addFile(dataSource, libraryId, book.id, name, format);
}

/** The same file in another folder. */
async function addCopy(dataSource: DataSource, libraryId: number, original: LibraryBook): Promise<LibraryBook> {
  const { fileId } = await addFile(dataSource, libraryId, original.bookId, 'reflowed again', 'epub', original.hash);
  return { bookId: original.bookId, fileId, hash: original.hash, isPaged: false, isCopy: true };
}

async function addFile(
  dataSource: DataSource,
  libraryId: number,
  bookId: number,
  name: string,
  format: 'epub' | 'cbz',
  hash = createHash('md5').update(name).digest('hex'),
): Promise<LibraryBook> {
  const signature = ['00000001-3000', '00000002-2000', '00000003-1000'].map(
    (part) => `${part.slice(0, 8)}${part.slice(8)}`,
  );
  const [folder] = await dataSource.query(
    `INSERT INTO library_folders (library_id, path) VALUES ($1, $2) RETURNING id`,
    [libraryId, `/simulated/${name}`],
  );
  const [file] = await dataSource.query(
    `INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, fingerprint,
       content_signature, title, title_from, added_at, content_changed_at, reader_version, is_primary)
     VALUES ($1, $2, $3, $4, md5($4), $4, md5($4), $5, 1, 1, $4, $6, $7, $4, 'name', now(), 'epoch', 1, NOT EXISTS (SELECT 1 FROM book_files WHERE book_id = $1)) RETURNING id`,
    [bookId, libraryId, folder.id, name, format, hash, format === 'epub' ? signature : null],
  );
  await dataSource.query(
    `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at) VALUES ($1, $2, 'scan', now())`,
    [hash, file.id],
  );
  if (format === 'epub') {
    await dataSource.query(
      `INSERT INTO file_content_parts (part, book_file_id, size) SELECT p, $2, split_part(p, '-', 2)::bigint FROM unnest($1::text[]) AS p`,
      [signature, file.id],
    );
  }
  const rezipped = { hash: createHash('md5').update(`${name} zipped anew`).digest('hex'), contentSignature: signature };
  return { bookId, fileId: file.id, hash, isPaged: format === 'cbz', ...(format === 'epub' && { rezipped }) };
}
