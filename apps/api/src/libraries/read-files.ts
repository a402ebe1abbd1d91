import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { EventBus } from '../events/index.ts';
import { FinishScan } from './finish-scan.ts';
import { findGoneFiles, findKnownFiles } from './known-files.ts';
import { absolutePath, type FileLook, lookAtFile } from './read-file.ts';
import { RequestScan } from './request-scan.ts';
import type { ReadFilesJob } from './scan-queues.ts';
import { type PendingRead, ScanRepository } from './scan.repository.ts';
import { StoreFiles } from './store-files.ts';
import { type StorableFile, storableFile } from './stored-file.ts';
import { statFile } from './walk-folder.ts';

/** Files read at once: while one waits for the disk, another is parsed. */
const READERS = 2;

interface Looked {
  readonly pending: PendingRead;
  readonly look: FileLook;
}

/** The second half of a scan: reads some of the files a walk found new or changed, and stores what they say. */
@Injectable()
export class ReadFiles {
  private readonly logger = new Logger('Scan');

  constructor(
    private readonly transaction: Transaction,
    private readonly dataSource: DataSource,
    private readonly scans: ScanRepository,
    private readonly store: StoreFiles,
    private readonly finish: FinishScan,
    private readonly request: RequestScan,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * May run again, or twice at once: a file counts for whoever ticks it off first. A repeated try takes one file at a time, so that a
   * file that ends the process ends it alone.
   */
  async run(
    job: ReadFilesJob,
    options: { readonly signal?: AbortSignal; readonly isRetry?: boolean } = {},
  ): Promise<void> {
    const waiting = await this.scans.findPending(this.dataSource.manager, job.scanId, job.pendingIds);
    const batches = options.isRetry ? waiting.map((pending) => [pending]) : [waiting];
    for (const batch of batches) {
      options.signal?.throwIfAborted();
      await this.save(job.scanId, await lookAtAll(batch, options.signal));
    }
  }

  /** Puts files on record that nobody could read and survive. */
  async giveUp(job: ReadFilesJob): Promise<void> {
    const waiting = await this.scans.findPending(this.dataSource.manager, job.scanId, job.pendingIds);
    const looks = await Promise.all(
      waiting.map(async (pending): Promise<Looked> => {
        const stat = await statFile(absolutePath(pending)).catch(() => undefined);
        if (stat) this.logger.error(`Gave up reading file ${pending.id} of scan ${job.scanId}`);
        return { pending, look: stat ? { kind: 'given-up', stat } : { kind: 'absent' } };
      }),
    );
    await this.save(job.scanId, looks);
  }

  private async save(scanId: number, looked: readonly Looked[]): Promise<void> {
    const found = looked.flatMap(storableOf).map(({ found: file }) => file);
    const gone = await findGoneFiles(await findKnownFiles(this.dataSource.manager, found), found);
    await this.transaction.run(async (tx) => {
      await this.store.lock(tx);
      const [scanned] = looked;
      if (scanned) await this.scans.lockLibrary(tx, scanned.pending.libraryId);
      const taken = await this.scans.takePending(
        tx,
        scanId,
        looked.map(({ pending }) => pending.id),
      );
      const mine = looked.filter(({ pending }) => taken.has(pending.id));
      const outcome = await this.store.run(tx, mine.flatMap(storableOf), gone, this.clock.now());
      await this.scans.see(tx, scanId, outcome.fileIds);
      const unsettled = mine.filter(({ look }) => look.kind === 'unsettled').length;
      await this.scans.countRead(tx, scanId, { ...outcome, read: mine.length, unsettled });
      await this.finish.run(tx, scanId);
      await this.request.announce(tx, scanId);
      const [first] = mine;
      if (first) {
        const { libraryId } = first.pending;
        await this.events.publish(tx, { type: 'books', libraryId }, { libraryId });
      }
    });
  }
}

async function lookAtAll(batch: readonly PendingRead[], signal: AbortSignal | undefined): Promise<Looked[]> {
  const looked: Looked[] = [];
  const queue = batch.values();
  const readers = Array.from({ length: READERS }, async () => {
    for (const pending of queue) {
      signal?.throwIfAborted();
      looked.push({ pending, look: await lookAtFile(pending) });
    }
  });
  await Promise.all(readers);
  return looked.sort((a, b) => a.pending.id - b.pending.id);
}

function storableOf({ pending, look }: Looked): StorableFile[] {
  const isStorable = look.kind === 'read' || look.kind === 'unreadable' || look.kind === 'given-up';
  const { libraryId, folderId, path } = pending;
  return isStorable ? [storableFile({ libraryId, folderId, path }, look)] : [];
}
