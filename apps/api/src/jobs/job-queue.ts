import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { PgBoss, type JobWithMetadata } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { bossDatabase, bossOptions } from './boss-options.ts';
import type { Handler, Queue, SendOptions } from './queue.ts';

/** How long stopping waits for jobs to put down their work. */
const STOP_TIMEOUT_MS = 10_000;
/** Ended jobs stay this long, for whoever looks for a fault. */
const KEEP_ENDED_SECONDS = 24 * 60 * 60;
/** Workers are woken by NOTIFY; polling only finds what was missed, such as a retry that came due. */
const POLLING_SECONDS = 5;

/** Background jobs, kept in Postgres and shared by all server processes. Starts by itself when it is first needed. */
@Injectable()
export class JobQueue implements OnModuleDestroy {
  private readonly logger = new Logger('Jobs');
  private readonly stopping = new AbortController();
  private readonly known = new Map<string, Promise<void>>();
  private started: Promise<PgBoss> | undefined;

  constructor(private readonly dataSource: DataSource) {}

  /** Adds a job that exists if and only if the transaction commits. */
  async send<Data extends object>(
    tx: EntityManager,
    queue: Queue<Data>,
    data: Data,
    options: SendOptions = {},
  ): Promise<void> {
    const boss = await this.readyFor(queue);
    await boss.send(queue.name, data, { startAfter: options.startAfterSeconds, db: bossDatabase(tx) });
  }

  /** Adds many jobs at once, likewise. */
  async sendAll<Data extends object>(tx: EntityManager, queue: Queue<Data>, data: readonly Data[]): Promise<void> {
    if (data.length === 0) return;
    const boss = await this.readyFor(queue);
    await boss.insert(
      queue.name,
      data.map((one) => ({ data: one })),
      { db: bossDatabase(tx) },
    );
  }

  /**
   * Lets this process work on a queue, one job at a time. A job may be started more than once, in several processes even:
   * the handler makes sure that its work counts once.
   */
  async work<Data extends object>(queue: Queue<Data>, handler: Handler<Data>): Promise<void> {
    const boss = await this.readyFor(queue);
    const worker: { id?: string } = {};
    worker.id = await boss.work(
      queue.name,
      { includeMetadata: true, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: POLLING_SECONDS } as const,
      async (jobs: JobWithMetadata<Data>[]) => {
        for (const job of jobs) await this.runOne(boss, queue, job, handler);
        // Where one job was there may be more: ask at once instead of at the next poll.
        if (worker.id !== undefined) boss.notifyWorker(worker.id);
      },
    );
  }

  /** Sends a job of this queue again and again, at the times of a cron expression (UTC); one process does so for all. */
  async repeat(queue: Queue<Record<string, never>>, cron: string): Promise<void> {
    const boss = await this.readyFor(queue);
    await boss.schedule(queue.name, cron);
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    if (!this.started) return;
    const boss = await this.started.catch(() => undefined);
    await boss?.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }

  private async runOne<Data extends object>(
    boss: PgBoss,
    queue: Queue<Data>,
    job: JobWithMetadata<Data>,
    handler: Handler<Data>,
  ): Promise<void> {
    const signal = AbortSignal.any([job.signal, this.stopping.signal]);
    const isLast = job.retryCount >= job.retryLimit;
    try {
      await handler(job.data, { retryCount: job.retryCount, isLast, signal });
    } catch (error) {
      if (!this.stopping.signal.aborted) {
        this.logger.error(`${queue.name} failed${isLast ? ' for the last time' : ''}: ${String(error)}`);
        throw error;
      }
      // Put down because this process stops: that is no failed try, so another one takes it up afresh.
      await boss.send(queue.name, job.data);
    }
  }

  private async readyFor(queue: Queue<object>): Promise<PgBoss> {
    this.started ??= this.start();
    const boss = await this.started;
    let ready = this.known.get(queue.name);
    if (!ready) {
      ready = this.create(boss, queue);
      this.known.set(queue.name, ready);
      ready.catch(() => this.known.delete(queue.name));
    }
    await ready;
    return boss;
  }

  private async start(): Promise<PgBoss> {
    if (this.stopping.signal.aborted) throw new Error('The job queue has stopped');
    const boss = new PgBoss(bossOptions(this.dataSource));
    boss.on('error', (error) => this.logger.warn(`Jobs wait: ${error.message}`));
    try {
      return await boss.start();
    } catch (error) {
      this.started = undefined;
      throw error;
    }
  }

  private async create(boss: PgBoss, queue: Queue<object>): Promise<void> {
    const { deadLetter, ...options } = queue.options;
    if (deadLetter) await this.readyFor(deadLetter);
    const settings = {
      ...options,
      retryDelay: 1,
      notify: true,
      deleteAfterSeconds: KEEP_ENDED_SECONDS,
      ...(deadLetter && { deadLetter: deadLetter.name }),
    };
    await boss.createQueue(queue.name, settings);
    // A queue an older version made gets today's settings.
    await boss.updateQueue(queue.name, settings);
  }
}
