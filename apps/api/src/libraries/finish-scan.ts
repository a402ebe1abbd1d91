import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { EventBus } from '../events/index.ts';
import { JobQueue } from '../jobs/index.ts';
import { raiseLibraryVersion } from './library-version.ts';
import { refreshBooks } from './refresh-books.ts';
import { RequestScan } from './request-scan.ts';
import { SCAN_LIBRARY } from './scan-queues.ts';
import { ScanRepository, type ScanRow } from './scan.repository.ts';
import { StoreFiles } from './store-files.ts';

/** Files that were still being written are looked at again after this. */
const LOOK_AGAIN_SECONDS = 5;

/** Ends a scan once its walk is over and all it found is read: what it did not meet has vanished. */
@Injectable()
export class FinishScan {
  constructor(
    private readonly scans: ScanRepository,
    private readonly store: StoreFiles,
    private readonly request: RequestScan,
    private readonly jobs: JobQueue,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** Does nothing while there is something left to do, or when the scan has ended. */
  async run(tx: EntityManager, scanId: number): Promise<void> {
    const scan = await this.begin(tx, scanId);
    if (scan?.state !== 'running' || scan.walkedAt === null || (await this.scans.hasPending(tx, scanId))) return;
    const now = this.clock.now();
    const vanished = await this.scans.markVanished(tx, scan, now);
    await refreshBooks(tx, [...new Set(vanished.map(({ bookId }) => bookId))]);
    if (vanished.length > 0) await raiseLibraryVersion(tx);
    await this.scans.end(tx, scanId, { state: 'done', vanished: vanished.length }, now);
    await this.events.publish(tx, { type: 'books', libraryId: scan.libraryId }, { libraryId: scan.libraryId });
    await this.request.announce(tx, scanId);
    if (scan.unsettled > 0) await this.request.run(tx, scan.libraryId, LOOK_AGAIN_SECONDS);
    else await this.startNext(tx, scan);
  }

  /** Ends a scan that cannot go on; nothing is taken for vanished. */
  async fail(tx: EntityManager, scanId: number, problem: string): Promise<void> {
    const scan = await this.begin(tx, scanId);
    if (scan?.state !== 'running' && scan?.state !== 'queued') return;
    await this.scans.end(tx, scanId, { state: 'failed', vanished: 0, problem }, this.clock.now());
    await this.request.announce(tx, scanId);
    await this.startNext(tx, scan);
  }

  /** Locks in the order everybody does: storing, then the library, then the scan. */
  private async begin(tx: EntityManager, scanId: number): Promise<ScanRow | undefined> {
    await this.store.lock(tx);
    const found = await this.scans.findLibrary(tx, scanId);
    if (found === undefined) return undefined;
    await this.scans.lockLibrary(tx, found);
    return this.scans.lockScan(tx, scanId);
  }

  private async startNext(tx: EntityManager, { libraryId }: ScanRow): Promise<void> {
    const next = await this.scans.findQueued(tx, libraryId);
    if (next !== undefined) await this.jobs.send(tx, SCAN_LIBRARY, { scanId: next });
  }
}
