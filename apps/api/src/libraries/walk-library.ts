import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Transaction } from '../database/index.ts';
import { JobQueue } from '../jobs/index.ts';
import { FinishScan } from './finish-scan.ts';
import { isSettled, READER_VERSION, SETTLE_MS } from './read-file.ts';
import { RequestScan } from './request-scan.ts';
import { READ_BATCH, READ_FILES } from './scan-queues.ts';
import { type FileAtPath, ScanRepository, type ScanRow, type UnreadPlace } from './scan.repository.ts';
import { type FileStat, type Sighting, walkFolder } from './walk-folder.ts';

/** Files compared with what is known in one transaction, or as many as were found in this time. */
const WALK_BATCH = 200;
const LONGEST_BATCH_MS = 2_000;
/** Places of a folder that could not be read; with more, all of the folder keeps its state. */
const MOST_UNREAD_PLACES = 100;
/** A walk that was worked on so recently is alive: this job is one too many. */
const ALIVE_MS = 20_000;

type FoundEntry = Extract<Sighting, { kind: 'file' }>;

interface Walk {
  readonly scan: ScanRow;
  /** Only the walk that began last may go on. */
  readonly attempt: number;
  readonly signal?: AbortSignal;
}

/** Thrown when a walk has no reason to go on. */
class WalkOver extends Error {}

/** The first half of a scan: walks the library's folders, and sends what is new or changed to be read. */
@Injectable()
export class WalkLibrary {
  constructor(
    private readonly transaction: Transaction,
    private readonly dataSource: DataSource,
    private readonly scans: ScanRepository,
    private readonly jobs: JobQueue,
    private readonly request: RequestScan,
    private readonly finish: FinishScan,
    private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Environment,
  ) {}

  /** May be begun again at any moment: what was found is found again, what was read is not read again. */
  async run(
    scanId: number,
    options: { readonly signal?: AbortSignal; readonly isRetry?: boolean } = {},
  ): Promise<void> {
    const walk = await this.begin(scanId, options);
    if (walk) await this.walkFolders(walk);
    await this.transaction.run((tx) => this.finish.run(tx, scanId));
  }

  private begin(
    scanId: number,
    { signal, isRetry }: { signal?: AbortSignal; isRetry?: boolean },
  ): Promise<Walk | undefined> {
    return this.transaction.run(async (tx) => {
      const libraryId = await this.scans.findLibrary(tx, scanId);
      if (libraryId === undefined || !(await this.scans.lockLibrary(tx, libraryId))) return undefined;
      const scan = await this.scans.lockScan(tx, scanId);
      if (!scan || scan.walkedAt !== null) return undefined;
      const isToBegin = scan.state === 'queued' || (scan.state === 'running' && (isRetry || scan.idleMs > ALIVE_MS));
      if (!isToBegin) return undefined;
      const attempt = await this.scans.beginWalk(tx, scanId, this.clock.now());
      await this.request.announce(tx, scanId);
      return { scan, attempt, signal };
    });
  }

  private async walkFolders(walk: Walk): Promise<void> {
    const { scan, attempt } = walk;
    const unread: UnreadPlace[] = [];
    try {
      for (const folder of await this.scans.findFolders(this.dataSource.manager, scan.libraryId)) {
        unread.push(...(await this.walkFolder(walk, folder)));
      }
    } catch (error) {
      if (error instanceof WalkOver) return;
      if (walk.signal?.aborted) await this.scans.letGo(this.dataSource.manager, scan.id, attempt, 2 * ALIVE_MS);
      throw error;
    }
    await this.transaction.run((tx) => this.scans.endWalk(tx, scan.id, attempt, unread, this.clock.now()));
  }

  private async walkFolder(
    walk: Walk,
    folder: { readonly id: number; readonly path: string; readonly hasFiles: boolean },
  ): Promise<UnreadPlace[]> {
    const unreadable: Extract<Sighting, { kind: 'unreadable' }>[] = [];
    let batch: FoundEntry[] = [];
    let found = 0;
    let batchBegan = Date.now();
    const excluded = [this.environment.dataDir];
    for await (const sighting of walkFolder(folder.path, { signal: walk.signal, excluded })) {
      if (sighting.kind === 'file') batch.push(sighting);
      else if (unreadable.length <= MOST_UNREAD_PLACES) unreadable.push(sighting);
      if (batch.length < WALK_BATCH && Date.now() - batchBegan < LONGEST_BATCH_MS) continue;
      found += batch.length;
      await this.compare(walk, folder.id, batch);
      batch = [];
      batchBegan = Date.now();
    }
    found += batch.length;
    await this.compare(walk, folder.id, batch);
    const { problem, isUnread } = judgeFolder(folder, found, unreadable);
    await this.scans.setFolderProblem(this.dataSource.manager, folder.id, problem);
    if (isUnread) return [{ folderId: folder.id, path: '' }];
    return unreadable.map(({ path }) => ({ folderId: folder.id, path }));
  }

  /** Compares some files with what is known of them: the same number of statements for any number of files. */
  private async compare({ scan, attempt }: Walk, folderId: number, entries: readonly FoundEntry[]): Promise<void> {
    await this.transaction.run(async (tx) => {
      const known = new Map(
        (
          await this.scans.findAtPaths(
            tx,
            folderId,
            entries.map(({ path }) => path),
          )
        ).map((file) => [file.path, file]),
      );
      const changed = entries.filter(({ path, stat }) => !isUnchanged(known.get(path), stat));
      const now = this.clock.now();
      const settled = changed.filter(({ stat }) => isSettled(stat, now, SETTLE_MS));
      const pendingIds = await this.scans.addPending(
        tx,
        scan.id,
        folderId,
        settled.map(({ path }) => path),
      );
      const counts = { found: entries.length, toRead: pendingIds.length, unsettled: changed.length - settled.length };
      if (!(await this.scans.countFound(tx, scan.id, attempt, counts))) throw new WalkOver();
      await this.scans.see(
        tx,
        scan.id,
        [...known.values()].map(({ id }) => id),
      );
      await this.sendToRead(tx, scan.id, pendingIds);
      await this.request.announce(tx, scan.id);
    });
  }

  private async sendToRead(tx: EntityManager, scanId: number, pendingIds: readonly number[]): Promise<void> {
    const batches = Array.from({ length: Math.ceil(pendingIds.length / READ_BATCH) }, (_, index) => ({
      scanId,
      pendingIds: pendingIds.slice(index * READ_BATCH, (index + 1) * READ_BATCH),
    }));
    await this.jobs.sendAll(tx, READ_FILES, batches);
  }
}

function isUnchanged(known: FileAtPath | undefined, stat: FileStat): boolean {
  return (
    known !== undefined &&
    known.size === stat.size &&
    known.mtimeMs === stat.mtimeMs &&
    known.inode === stat.inode &&
    known.readerVersion >= READER_VERSION
  );
}

/** What to say of a folder after its walk, and whether its files keep their state because nothing can be said of them. */
function judgeFolder(
  folder: { readonly hasFiles: boolean },
  found: number,
  unreadable: readonly { readonly path: string; readonly reason: string }[],
): { readonly problem: string | null; readonly isUnread: boolean } {
  const whole = unreadable.find(({ path }) => path === '');
  if (whole)
    return { problem: `The folder cannot be read: ${whole.reason}. Its books are kept as they were.`, isUnread: true };
  if (found === 0 && folder.hasFiles) {
    return {
      problem:
        'The folder is empty, though it held books: check that its drive is mounted. Its books are kept as they were; if they are gone for good, remove the folder from the library.',
      isUnread: true,
    };
  }
  const [first] = unreadable;
  if (!first) return { problem: null, isUnread: false };
  const others = unreadable.length > 1 ? ` and ${unreadable.length - 1} more` : '';
  return {
    problem: `“${first.path}”${others} cannot be read: ${first.reason}. The books there are kept as they were.`,
    isUnread: unreadable.length > MOST_UNREAD_PLACES,
  };
}
