import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Transaction } from '../database/index.ts';
import { type Attempt, JobQueue } from '../jobs/index.ts';
import { FinishScan } from './finish-scan.ts';
import { ReadFiles } from './read-files.ts';
import { RescanLibraries } from './rescan-libraries.ts';
import { GIVE_UP_READING, READ_FILES, RESCAN_LIBRARIES, SCAN_LIBRARY } from './scan-queues.ts';
import { WalkLibrary } from './walk-library.ts';

/** Once an hour: disks that do not tell of changes, such as network drives, are looked at all the same. */
const RESCAN_TIMES = '17 * * * *';

/** Makes this process work on scans. Every server process does; whichever is free takes the next job. */
@Injectable()
export class LibraryWorkers implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly transaction: Transaction,
    private readonly walk: WalkLibrary,
    private readonly read: ReadFiles,
    private readonly finish: FinishScan,
    private readonly rescan: RescanLibraries,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(SCAN_LIBRARY, ({ scanId }, attempt) => this.scan(scanId, attempt));
    await this.jobs.work(READ_FILES, (job, { signal, retryCount }) =>
      this.read.run(job, { signal, isRetry: retryCount > 0 }),
    );
    await this.jobs.work(GIVE_UP_READING, (job) => this.read.giveUp(job));
    await this.jobs.work(RESCAN_LIBRARIES, async () => void (await this.rescan.run()));
    await this.jobs.repeat(RESCAN_LIBRARIES, RESCAN_TIMES);
  }

  private async scan(scanId: number, { signal, retryCount, isLast }: Attempt): Promise<void> {
    try {
      await this.walk.run(scanId, { signal, isRetry: retryCount > 0 });
    } catch (error) {
      if (isLast && !signal.aborted) {
        const problem = 'The scan failed; the server’s log says why. It is tried again within the hour.';
        await this.transaction.run((tx) => this.finish.fail(tx, scanId, problem));
      }
      throw error;
    }
  }
}
