import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { FeedRepository } from './feed.repository.ts';

const KEPT_MS = 90 * 24 * 60 * 60 * 1000;
const CLEAN_FEED = defineQueue<Record<string, never>>('clean-sync-feed', {
  retryLimit: 3,
  heartbeatSeconds: 60,
  expireInSeconds: 600,
});
/** Every night, when few read. */
const NIGHTLY = '17 3 * * *';

/** Lets entries of the feed go after 90 days. */
@Injectable()
export class CleanFeed implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly feed: FeedRepository,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(CLEAN_FEED, async () => {
      await this.run();
    });
    await this.jobs.repeat(CLEAN_FEED, NIGHTLY);
  }

  /** @returns How many entries went. */
  run(): Promise<number> {
    return this.feed.removeBefore(this.dataSource.manager, new Date(this.clock.now().getTime() - KEPT_MS));
  }
}
