import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { ImportRepository } from './import.repository.ts';

const CLEAN_IMPORTS = defineQueue<Record<string, never>>('clean-imports', {
  retryLimit: 3,
  heartbeatSeconds: 60,
  expireInSeconds: 600,
});
const HOURLY = '41 * * * *';
/** One still being read after that was left by a process that died. */
const BROKEN_MS = 24 * 60 * 60 * 1000;

/** Forgets uploads nobody applied, and what was kept to take imports back, once their time is over. */
@Injectable()
export class CleanImports implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly imports: ImportRepository,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(CLEAN_IMPORTS, async () => {
      await this.run();
    });
    await this.jobs.repeat(CLEAN_IMPORTS, HOURLY);
  }

  /** @returns How many uploads went. */
  run(): Promise<number> {
    const now = this.clock.now();
    return this.imports.expire(this.dataSource.manager, now, new Date(now.getTime() - BROKEN_MS));
  }
}
