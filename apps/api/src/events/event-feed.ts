import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { PoolClient } from 'pg';
import { Subject } from 'rxjs';
import { DataSource, type QueryRunner } from 'typeorm';
import { type Announcement, EVENT_CHANNEL } from './event-bus.ts';

/** How often the connection is asked whether it is still there. */
const CHECK_INTERVAL_MS = 30_000;

/** What all server processes announce, read from one connection of this process. */
@Injectable()
export class EventFeed implements OnModuleDestroy {
  private readonly logger = new Logger('Events');
  private listening: Promise<Listener> | undefined;
  private isStopped = false;

  readonly announcements = new Subject<Announcement>();
  /** The connection broke, so announcements may have been missed: who followed starts over. */
  readonly interruptions = new Subject<void>();

  constructor(private readonly dataSource: DataSource) {}

  /** Resolves once announcements arrive. */
  async ready(): Promise<void> {
    if (this.isStopped) throw new Error('The event feed has stopped');
    this.listening ??= this.listen();
    await this.listening;
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    this.interruptions.next();
    this.interruptions.complete();
    this.announcements.complete();
    const listener = await this.listening?.catch(() => undefined);
    await listener?.close();
  }

  private async listen(): Promise<Listener> {
    try {
      const listener = await Listener.open(
        this.dataSource.createQueryRunner(),
        (payload) => this.receive(payload),
        () => this.interrupt(),
      );
      return listener;
    } catch (error) {
      this.listening = undefined;
      throw error;
    }
  }

  private receive(payload: string): void {
    try {
      this.announcements.next(JSON.parse(payload) as Announcement);
    } catch {
      this.logger.warn('An announcement could not be read');
    }
  }

  private interrupt(): void {
    this.listening = undefined;
    if (this.isStopped) return;
    this.logger.warn('The connection for live events broke; open pages connect anew');
    this.interruptions.next();
  }
}

/** A connection that is lent from the pool for as long as it listens. */
class Listener {
  private isClosed = false;
  private check: NodeJS.Timeout | undefined;

  private constructor(
    private readonly runner: QueryRunner,
    private readonly client: PoolClient,
    private readonly onBroken: () => void,
  ) {}

  static async open(
    runner: QueryRunner,
    onPayload: (payload: string) => void,
    onBroken: () => void,
  ): Promise<Listener> {
    try {
      const client = (await runner.connect()) as PoolClient;
      const listener = new Listener(runner, client, onBroken);
      client.on('notification', listener.onNotification(onPayload));
      client.once('error', () => listener.break());
      client.once('end', () => listener.break());
      await client.query(`LISTEN ${EVENT_CHANNEL}`);
      listener.check = setInterval(
        () => void client.query('SELECT 1').catch(() => listener.break()),
        CHECK_INTERVAL_MS,
      );
      listener.check.unref();
      return listener;
    } catch (error) {
      await runner.release().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.check);
    await this.client.query(`UNLISTEN ${EVENT_CHANNEL}`).catch(() => undefined);
    this.client.removeAllListeners('notification');
    await this.runner.release().catch(() => undefined);
  }

  private onNotification(onPayload: (payload: string) => void) {
    return ({ channel, payload }: { channel: string; payload?: string }) => {
      if (channel === EVENT_CHANNEL && payload !== undefined && !this.isClosed) onPayload(payload);
    };
  }

  private break(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.check);
    this.client.removeAllListeners('notification');
    // A failed connection is thrown away by the pool as soon as it is given back.
    void this.runner.release().catch(() => undefined);
    this.onBroken();
  }
}
