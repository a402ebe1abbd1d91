import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { DamagedChapterRepository } from './damaged-chapter.repository.ts';
import { PositionIndexRepository } from './position-index.repository.ts';

const DROP_STALE_INDEXES = defineQueue<Record<string, never>>('drop-stale-position-indexes', {
  retryLimit: 1,
  heartbeatSeconds: 30,
  expireInSeconds: 10 * 60,
});

/** Once a day: a file that is asked about again drops its former indexes by itself. */
const DROP_TIMES = '41 4 * * *';

/** Drops indexes, and damaged chapters, of contents no file has any more. */
@Injectable()
export class DropStaleIndexes implements OnApplicationBootstrap {
  private readonly logger = new Logger('Positions');

  constructor(
    private readonly jobs: JobQueue,
    private readonly indexes: PositionIndexRepository,
    private readonly damaged: DamagedChapterRepository,
    private readonly dataSource: DataSource,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(DROP_STALE_INDEXES, () => this.run());
    await this.jobs.repeat(DROP_STALE_INDEXES, DROP_TIMES);
  }

  async run(): Promise<void> {
    await this.damaged.dropStale(this.dataSource.manager);
    const dropped = await this.indexes.dropStale(this.dataSource.manager);
    if (dropped > 0) this.logger.log(`Dropped ${dropped} indexes of files that have changed`);
  }
}
