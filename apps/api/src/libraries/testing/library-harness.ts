import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test, type TestingModule } from '@nestjs/testing';
import type { ScanProgress } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { Clock, ClockModule } from '../../clock/index.ts';
import { ConfigModule, readEnvironment } from '../../config/index.ts';
import { type DatabaseConnection, DatabaseModule, Transaction } from '../../database/index.ts';
import { EventsModule } from '../../events/index.ts';
import { JobQueue, JobsModule, type Queue } from '../../jobs/index.ts';
import { LibrariesModule } from '../libraries.module.ts';
import { LibraryWorkersModule } from '../library-workers.module.ts';
import { LibraryRepository } from '../library.repository.ts';
import { ReadFiles } from '../read-files.ts';
import { RequestScan } from '../request-scan.ts';
import type { ReadFilesJob } from '../scan-queues.ts';
import { ScanRepository } from '../scan.repository.ts';
import { WalkLibrary } from '../walk-library.ts';

/** Keeps jobs instead of running them, so that a spec decides when they run, how often, and which never do. */
class KeptJobs {
  readonly jobs: { readonly queue: string; readonly data: object; readonly startAfterSeconds?: number }[] = [];

  send(_tx: unknown, queue: Queue<object>, data: object, options: { startAfterSeconds?: number } = {}): Promise<void> {
    this.jobs.push({ queue: queue.name, data, ...options });
    return Promise.resolve();
  }

  sendAll(_tx: unknown, queue: Queue<object>, data: readonly object[]): Promise<void> {
    for (const one of data) this.jobs.push({ queue: queue.name, data: one });
    return Promise.resolve();
  }
}

/** A clock some seconds ahead, so that files a spec has just written count as settled. */
class SettledClock {
  aheadMs = 10_000;

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }
}

export interface FileState {
  readonly id: number;
  readonly bookId: number;
  readonly libraryId: number | null;
  readonly path: string;
  readonly name: string;
  readonly format: string;
  readonly fingerprint: string | null;
  readonly title: string;
  readonly problem: string | null;
  readonly isMissing: boolean;
  readonly isPrimary: boolean;
}

/** The library module on a database of its own, with folders of its own and jobs that a spec drives. */
export class LibraryHarness {
  readonly kept = new KeptJobs();
  readonly clock = new SettledClock();
  private module: TestingModule;
  private isClosed = false;

  private constructor(
    /** A folder that goes away with the harness. */
    readonly folder: string,
    private readonly connection: DatabaseConnection,
  ) {}

  /** @param options.works Jobs run on pg-boss, and this process works on them and watches folders. */
  static async start(connection: DatabaseConnection, options: { works?: boolean } = {}): Promise<LibraryHarness> {
    const harness = new LibraryHarness(await mkdtemp(join(tmpdir(), 'bookorbit-library-')), connection);
    const builder = Test.createTestingModule({
      imports: [
        ConfigModule.with(readEnvironment({ DATA_DIR: join(harness.folder, '.data'), LOG_LEVEL: 'silent' })),
        ClockModule,
        DatabaseModule.with(connection),
        JobsModule,
        EventsModule,
        options.works ? LibraryWorkersModule : LibrariesModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(harness.clock);
    harness.module = await (
      options.works ? builder : builder.overrideProvider(JobQueue).useValue(harness.kept)
    ).compile();
    harness.module.useLogger(false);
    await harness.module.init();
    return harness;
  }

  /** Ends the process, as it were; its folder stays. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.module.close();
  }

  async stop(): Promise<void> {
    await this.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  get<T>(type: new (...args: never[]) => T): T {
    return this.module.get(type, { strict: false });
  }

  query<T>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return this.get(DataSource).query(sql, parameters);
  }

  async addUser(username: string, permissions: readonly string[] = []): Promise<number> {
    const [row] = await this.query<{ id: number }>(
      `INSERT INTO users (username, password_hash, permissions) VALUES ($1, '', $2) RETURNING id`,
      [username, permissions],
    );
    return row?.id ?? 0;
  }

  async addLibrary(name: string, folders: readonly string[], readers: readonly number[] = []): Promise<number> {
    const libraries = this.get(LibraryRepository);
    return this.get(Transaction).run(async (tx) => {
      const id = await libraries.insert(tx, name, this.clock.now());
      await libraries.addFolders(tx, id, folders);
      for (const reader of readers) await libraries.grantAccess(tx, id, reader);
      return id;
    });
  }

  /** Scans a library to the end and says what the scan counted. */
  async scan(libraryId: number): Promise<ScanProgress> {
    await this.get(Transaction).run((tx) => this.get(RequestScan).run(tx, libraryId));
    await this.runJobs();
    return this.progress(libraryId);
  }

  async progress(libraryId: number): Promise<ScanProgress> {
    const newest = await this.get(ScanRepository).findNewest(this.get(DataSource).manager, [libraryId]);
    const progress = newest.get(libraryId);
    if (!progress) throw new Error('The library was never scanned');
    return progress;
  }

  /** Runs the kept jobs, and those they send, in the order in which they were sent; delayed ones only when asked to. */
  async runJobs({ delayed = false } = {}): Promise<void> {
    for (let job = this.takeJob(delayed); job; job = this.takeJob(delayed)) {
      if (job.queue === 'scan-library') await this.get(WalkLibrary).run((job.data as { scanId: number }).scanId);
      else await this.get(ReadFiles).run(job.data as ReadFilesJob);
    }
  }

  takeJob(isDelayed = false): (typeof this.kept.jobs)[number] | undefined {
    const index = this.kept.jobs.findIndex(({ startAfterSeconds }) => isDelayed || !startAfterSeconds);
    return index < 0 ? undefined : this.kept.jobs.splice(index, 1)[0];
  }

  files(): Promise<FileState[]> {
    return this.query(
      `SELECT id, book_id AS "bookId", library_id AS "libraryId", path, name, format, fingerprint, title,
         problem_code AS problem, missing_since IS NOT NULL AS "isMissing", is_primary AS "isPrimary"
       FROM book_files ORDER BY path, id`,
    );
  }

  async fileAt(path: string): Promise<FileState> {
    const found = (await this.files()).filter((file) => file.path === path && !file.isMissing);
    const [file] = found;
    if (!file || found.length > 1) throw new Error(`${found.length} files at ${path}`);
    return file;
  }

  async identities(fileId: number): Promise<string[]> {
    const rows = await this.query<{ fingerprint: string }>(
      `SELECT fingerprint FROM file_identities WHERE book_file_id = $1 ORDER BY fingerprint`,
      [fileId],
    );
    return rows.map(({ fingerprint }) => fingerprint);
  }
}
