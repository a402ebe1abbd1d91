import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BookDetail, BookList, ScanProgress } from '@bookorbit/contracts';
import {
  createTestDatabase,
  type ServerProcess,
  type ServerProcessOptions,
  startServerProcess,
  type TestDatabase,
} from '@bookorbit/testing';
import { Client } from 'pg';
import { madeBook } from './book-pool.ts';
import { Browser } from './browser.ts';
import { BystanderWatch } from './bystander-watch.ts';
import { expectStatus, until } from './expect-status.ts';
import { createReader, type Reader } from './reader.ts';

const ADMIN = { username: 'admin', password: 'admin password' };
/** A time of change in the future spares the scanner's wait whether a file is still being written. */
const FAR_AHEAD_SECONDS = Date.parse('2100-01-01T00:00:00Z') / 1000;
/** In every library, so that everybody has at least one book in common. */
const COMMON_BOOK = 'common.epub';

/**
 * What a suite runs against: server processes on one database, an admin, a library, and a bystander who has the same files. At the
 * end nothing of the bystander's may have moved or be known to anybody, and a device with a stopped clock moves nothing.
 */
export class World {
  readonly admin: Browser;
  libraryId = 0;
  private written = 0;
  private watch: BystanderWatch | undefined;
  private readonly readers: Reader[] = [];
  /** All ever started: a test that fails before it stops its own leaves none behind. */
  private readonly started: ServerProcess[];

  private constructor(
    readonly servers: ServerProcess[],
    readonly database: TestDatabase,
    /** Goes away with the world. */
    readonly folder: string,
    private readonly variables: Readonly<Record<string, string>>,
    private readonly options: ServerProcessOptions,
  ) {
    this.started = [...servers];
    this.admin = new Browser(this.origins);
  }

  /** @param options.processes How many servers answer in turn. */
  static async start(
    options: ServerProcessOptions & {
      readonly processes?: number;
      readonly variables?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'bookorbit-e2e-'));
    mkdirSync(join(folder, 'books'));
    const database = await createTestDatabase();
    const variables = { DATABASE_URL: database.url, DATA_DIR: join(folder, 'data'), ...options.variables };
    const servers: ServerProcess[] = [];
    try {
      // Started at once, as they would be: one migrates, the other waits.
      const starts = Array.from({ length: options.processes ?? 1 }, () => startServerProcess(variables, options));
      servers.push(...(await Promise.all(starts)));
    } catch (error) {
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
    return new World(servers, database, folder, variables, options);
  }

  get origins(): string[] {
    return this.servers.map(({ origin }) => origin);
  }

  get books(): string {
    return join(this.folder, 'books');
  }

  async setUp(): Promise<void> {
    expectStatus(await this.admin.post('setup', ADMIN), 200);
  }

  /** @param books By the name they get in the library: a path to copy, or bytes. */
  async addLibrary(books: Readonly<Record<string, string | Buffer>> = {}): Promise<number> {
    const files = Object.entries({ [COMMON_BOOK]: madeBook(800_000), ...books });
    for (const [name, book] of files) this.putBook(name, book);
    const created = await this.admin.post<{ id: number }>('libraries', { name: 'Books', folders: [this.books] });
    expectStatus(created, 201);
    this.libraryId = created.body.id;
    await this.scanned();
    // Where clocks are set, the bystander's login ends and their device speaks from another year.
    if (this.options.hasClock) return this.libraryId;
    this.watch = await BystanderWatch.begin(
      { admin: this.admin, origins: this.origins, databaseUrl: this.database.url, libraryId: this.libraryId },
      files.map(([, book]) => (typeof book === 'string' ? readFileSync(book) : book)),
    );
    return this.libraryId;
  }

  /** @returns Its path in the library's folder. */
  putBook(name: string, book: string | Buffer, folder = this.books): string {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    if (typeof book === 'string') copyFileSync(book, path);
    else writeFileSync(path, book);
    this.written += 1;
    utimesSync(path, FAR_AHEAD_SECONDS, FAR_AHEAD_SECONDS + this.written);
    return path;
  }

  /** Scans and waits for the end. */
  async scan(libraryId = this.libraryId): Promise<void> {
    expectStatus(await this.admin.post(`libraries/${libraryId}/scan`), 202);
    await this.scanned(libraryId);
  }

  async scanned(libraryId = this.libraryId): Promise<void> {
    await until(async () => {
      const { body } = await this.admin.get<ScanProgress>(`libraries/${libraryId}/scan`);
      if (body.state === 'failed') throw new Error(`The scan failed: ${body.problem}`);
      return body.state === 'done';
    }, 'the scan to end');
  }

  async addReader(username: string, options: Parameters<typeof createReader>[3] = {}): Promise<Reader> {
    const reader = await createReader(this.admin, this.origins, username, { libraryIds: [this.libraryId], ...options });
    this.readers.push(reader);
    return reader;
  }

  /** A library that nobody but the admin may read yet. */
  async addOtherLibrary(books: Readonly<Record<string, string | Buffer>>): Promise<number> {
    const name = `Library ${(this.written += 1)}`;
    const folder = join(this.folder, name);
    for (const [fileName, book] of Object.entries(books)) this.putBook(fileName, book, folder);
    const created = await this.admin.post<{ id: number }>('libraries', { name, folders: [folder] });
    expectStatus(created, 201);
    await this.scanned(created.body.id);
    return created.body.id;
  }

  /** A book in a library of the admin's alone. */
  async addHiddenBook(): Promise<{ bookId: number; fileId: number; libraryId: number }> {
    const libraryId = await this.addOtherLibrary({ 'hidden.epub': madeBook(900_000 + this.written) });
    const { books } = (await this.admin.get<BookList>(`books?libraryId=${libraryId}`)).body;
    const detail = (await this.admin.get<BookDetail>(`books/${books[0]?.id}`)).body;
    return { bookId: detail.id, fileId: detail.files[0]?.id ?? 0, libraryId };
  }

  /** Another process on the same database, which has not seen anybody yet. */
  async addServer(variables: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
    const server = await startServerProcess({ ...this.variables, ...variables }, this.options);
    this.servers.push(server);
    this.started.push(server);
    return server;
  }

  /** Every row of every table as text. */
  async everything(): Promise<string> {
    const client = new Client({ connectionString: this.database.url });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`,
      );
      const texts: string[] = [];
      for (const { name } of tables.rows) {
        const rows = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
        texts.push(...rows.rows.map(({ row }) => row));
      }
      return texts.join('\n');
    } finally {
      await client.end();
    }
  }

  /** Processor time a server has used, in milliseconds. */
  processorMs(server: number): number {
    const stat = readFileSync(`/proc/${this.servers[server]?.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // Clock ticks of a hundredth of a second, in the kernel's own unit for this file.
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  /** Ends everything, after the bystander was asked. */
  async stop(): Promise<void> {
    try {
      await this.watch?.end(this.readers);
    } finally {
      await Promise.all(this.started.map((server) => server.stop()));
      await this.database.drop();
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

/** Every suite that speaks to the server runs against one process and against two that answer in turn. */
export const SERVER_COUNTS: readonly (readonly [string, number])[] = [
  ['one server process', 1],
  ['two server processes on one database', 2],
];
