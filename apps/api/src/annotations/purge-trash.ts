import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { AnnotationRepository } from './annotation.repository.ts';

const PURGE_TRASH = defineQueue<Record<string, never>>('purge-trash', {
  retryLimit: 3,
  heartbeatSeconds: 60,
  expireInSeconds: 3600,
});
const NIGHTLY = '37 3 * * *';
const DAY_MS = 24 * 60 * 60 * 1000;
/** In one statement: nobody waits long for its locks. */
const BATCH = 1000;

/** Empties the trash of annotations that have been in it for long and that no device has any more. */
@Injectable()
export class PurgeTrash implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly annotations: AnnotationRepository,
    private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Pick<Environment, 'trashDays'>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(PURGE_TRASH, async (_, { signal }) => {
      await this.run(signal);
    });
    await this.jobs.repeat(PURGE_TRASH, NIGHTLY);
  }

  /** @returns How many annotations lost their words for good. */
  async run(signal?: AbortSignal): Promise<number> {
    const { trashDays } = this.environment;
    if (trashDays === 0) return 0;
    const now = this.clock.now();
    const before = new Date(now.getTime() - trashDays * DAY_MS);
    let gone = 0;
    for (;;) {
      const batch = await this.annotations.purge(this.dataSource.manager, before, BATCH, now);
      gone += batch;
      if (batch < BATCH || signal?.aborted) return gone;
    }
  }
}
