import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../clock/index.ts';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { defineQueue, JobQueue } from '../jobs/index.ts';

const REMOVE_LEFTOVERS = defineQueue<Record<string, never>>('remove-leftovers', {
  retryLimit: 3,
  heartbeatSeconds: 60,
  expireInSeconds: 600,
});
const NIGHTLY = '57 3 * * *';
/** Folders below the data directory in which every request has one of its own, and removes it. */
const FOLDERS = ['uploads', 'exports'] as const;
/** No request takes so long: what is older was left by a process that was killed. */
const STALE_MS = 24 * 60 * 60 * 1000;

/** Removes what requests keep on disk while they run and could not remove: the files of somebody, whole. */
@Injectable()
export class RemoveLeftovers implements OnApplicationBootstrap {
  private readonly logger = new Logger('Leftovers');

  constructor(
    private readonly jobs: JobQueue,
    private readonly clock: Clock,
    @Inject(ENVIRONMENT) private readonly environment: Pick<Environment, 'dataDir'>,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // Each process clears its own disk when it starts; at night it is whichever takes the job.
    await this.run().catch((error: unknown) => this.logger.warn(`Old files are removed later: ${String(error)}`));
    await this.jobs.work(REMOVE_LEFTOVERS, async () => {
      await this.run();
    });
    await this.jobs.repeat(REMOVE_LEFTOVERS, NIGHTLY);
  }

  /** @returns How many folders went. */
  async run(): Promise<number> {
    const before = this.clock.now().getTime() - STALE_MS;
    let gone = 0;
    for (const folder of FOLDERS) gone += await removeOlder(join(this.environment.dataDir, folder), before);
    return gone;
  }
}

async function removeOlder(root: string, before: number): Promise<number> {
  let gone = 0;
  // Where nothing was ever sent there is no such folder.
  for (const name of await readdir(root).catch(() => [])) {
    const path = join(root, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Infinity }));
    if (mtimeMs >= before) continue;
    await rm(path, { recursive: true, force: true });
    gone += 1;
  }
  return gone;
}
