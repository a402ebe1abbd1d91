import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { EventBus } from '../events/index.ts';
import { JobQueue } from '../jobs/index.ts';
import { SCAN_LIBRARY } from './scan-queues.ts';
import { ScanRepository } from './scan.repository.ts';

/** Asks for a scan of a library. One is under way at a time; one more waits for its end, however often it is asked for. */
@Injectable()
export class RequestScan {
  constructor(
    private readonly scans: ScanRepository,
    private readonly jobs: JobQueue,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @returns False when there is no such library. */
  async run(tx: EntityManager, libraryId: number, startAfterSeconds = 0): Promise<boolean> {
    if (!(await this.scans.lockLibrary(tx, libraryId))) return false;
    const now = this.clock.now();
    await this.scans.failDeadScans(tx, libraryId, now);
    const { scanId, isOtherRunning } = await this.scans.queue(tx, libraryId, now);
    // The end of the scan under way sends the job of the next.
    if (!isOtherRunning) await this.jobs.send(tx, SCAN_LIBRARY, { scanId }, { startAfterSeconds });
    await this.announce(tx, scanId);
    return true;
  }

  /** Tells open pages how far a scan is. */
  async announce(tx: EntityManager, scanId: number): Promise<void> {
    const scan = await this.scans.findProgress(tx, scanId);
    if (scan) await this.events.publish(tx, { type: 'scan', scan }, { permission: 'manage_libraries' });
  }
}
