import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockFiles, Transaction } from '../database/index.ts';
import { defineQueue, JobQueue } from '../jobs/index.ts';
import { RecomputeSessions } from './recompute-sessions.ts';

const RECOUNT_SESSIONS = defineQueue<Record<string, never>>('recount-sessions', {
  retryLimit: 3,
  heartbeatSeconds: 60,
  expireInSeconds: 3600,
});
const FILES_AT_ONCE = 500;
/** Later than any page stat ends, unix seconds. */
const END_OF_TIME = 300_000_000_000;

interface DoubtfulFile {
  readonly userId: number;
  readonly bookFileId: number;
}

/** Makes sessions anew that a migration put in doubt: file by file, behind the requests. */
@Injectable()
export class RecountSessions implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly recomputeSessions: RecomputeSessions,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(RECOUNT_SESSIONS, async (_, { signal }) => {
      await this.run(signal);
    });
    if ((await this.findFiles(1)).length === 0) return;
    await this.transaction.run((tx) => this.jobs.send(tx, RECOUNT_SESSIONS, {}));
  }

  /** @returns How many files were done. */
  async run(signal?: AbortSignal): Promise<number> {
    let done = 0;
    for (;;) {
      const files = await this.findFiles(FILES_AT_ONCE);
      for (const file of files) {
        if (signal?.aborted) return done;
        await this.recount(file);
        done += 1;
      }
      if (files.length < FILES_AT_ONCE) return done;
    }
  }

  private findFiles(most: number): Promise<DoubtfulFile[]> {
    return this.dataSource.query(
      `SELECT DISTINCT user_id AS "userId", book_file_id AS "bookFileId" FROM session_recounts ORDER BY 1, 2 LIMIT $1`,
      [most],
    );
  }

  private async recount({ userId, bookFileId }: DoubtfulFile): Promise<void> {
    await this.transaction.run(async (tx) => {
      await lockFiles(tx, userId, [bookFileId]);
      const [doubtful] = await tx.query<[{ device_id: string }[], number]>(
        `DELETE FROM session_recounts WHERE user_id = $1 AND book_file_id = $2 RETURNING device_id`,
        [userId, bookFileId],
      );
      const whole = { bookFileId, from: 0, until: END_OF_TIME };
      await this.recomputeSessions.run(
        tx,
        userId,
        doubtful.map(({ device_id: deviceId }) => ({ ...whole, deviceId })),
      );
    });
  }
}
