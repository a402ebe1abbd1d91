import { Logger, type MessageEvent } from '@nestjs/common';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { AudienceQuery } from './audience.ts';
import { type Audience, EventBus } from './event-bus.ts';
import { EventFeed } from './event-feed.ts';
import { EventStreams } from './event-streams.ts';

/** A server process, as far as events go. */
class Process {
  readonly feed: EventFeed;
  readonly streams: EventStreams;

  constructor(dataSource: DataSource) {
    this.feed = new EventFeed(dataSource);
    this.streams = new EventStreams(this.feed, new AudienceQuery(dataSource));
    this.streams.onModuleInit();
  }

  /** What a user's page hears from now on. */
  async listen(userId: number): Promise<{ heard: unknown[]; isOver: () => boolean }> {
    const heard: unknown[] = [];
    let isOver = false;
    const stream = await this.streams.open(userId);
    stream.subscribe({
      next: ({ type, data }: MessageEvent) => type !== 'ping' && heard.push(data),
      complete: () => (isOver = true),
    });
    return { heard, isOver: () => isOver };
  }
}

describe('live events', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let processes: Process[];
  let [manager, reader, stranger, disabled]: number[] = [];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    processes = [new Process(dataSource), new Process(dataSource)];
    const rows: { id: number }[] = await dataSource.query(
      `INSERT INTO users (username, password_hash, permissions, is_enabled) VALUES
         ('manager', '', '{manage_libraries}', true), ('reader', '', '{}', true), ('stranger', '', '{}', true),
         ('disabled', '', '{manage_libraries}', false) RETURNING id`,
    );
    [manager, reader, stranger, disabled] = rows.map(({ id }) => id);
    await dataSource.query(`INSERT INTO libraries (name) VALUES ('Books')`);
    await dataSource.query(
      `INSERT INTO library_access (user_id, library_id) SELECT unnest($1::int[]), id FROM libraries`,
      [[reader, disabled]],
    );
  });
  afterEach(async () => {
    for (const { feed } of processes) await feed.onModuleDestroy();
    await dataSource.destroy();
    await database.drop();
  });

  async function publish(event: Parameters<EventBus['publish']>[1], audience: Audience): Promise<void> {
    await dataSource.transaction((tx) => new EventBus().publish(tx, event, audience));
  }

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it('reach those who may see them, on whatever process their page hangs', async () => {
    const [one, other] = processes as [Process, Process];
    const pages = new Map<number | undefined, { heard: unknown[] }>();
    for (const user of [manager, reader, stranger, disabled]) pages.set(user, await other.listen(user ?? 0));
    const elsewhere = await one.listen(reader ?? 0);
    await publish({ type: 'books', libraryId: 1 }, { libraryId: 1 });
    await publish({ type: 'koreader' }, { userId: stranger ?? 0 });
    await publish({ type: 'progress', bookId: 5 }, { permission: 'manage_libraries' });
    await until(() => [manager, stranger].every((user) => (pages.get(user)?.heard.length ?? 0) > 0));
    await until(() => pages.get(manager)?.heard.length === 2 && elsewhere.heard.length === 1);
    expect(pages.get(manager)?.heard).toEqual([
      { type: 'books', libraryId: 1 },
      { type: 'progress', bookId: 5 },
    ]);
    expect(pages.get(reader)?.heard).toEqual([{ type: 'books', libraryId: 1 }]);
    expect(pages.get(stranger)?.heard).toEqual([{ type: 'koreader' }]);
    expect(pages.get(disabled)?.heard).toEqual([]);
    expect(elsewhere.heard).toEqual([{ type: 'books', libraryId: 1 }]);
  });

  it('are told at ease: the first at once, the last for certain', async () => {
    const [one] = processes as [Process, Process];
    const { heard } = await one.listen(reader ?? 0);
    for (let times = 0; times < 20; times += 1) await publish({ type: 'books', libraryId: 1 }, { libraryId: 1 });
    await publish({ type: 'progress', bookId: 1 }, { userId: reader ?? 0 });
    await until(() => heard.some((event) => JSON.stringify(event).includes('progress')) && heard.length >= 3);
    expect(heard.length).toBeLessThan(22);
  });

  it('say nothing of what was rolled back', async () => {
    const [one] = processes as [Process, Process];
    const { heard } = await one.listen(reader ?? 0);
    const failing = dataSource.transaction(async (tx) => {
      await new EventBus().publish(tx, { type: 'books', libraryId: 1 }, { libraryId: 1 });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await publish({ type: 'koreader' }, { userId: reader ?? 0 });
    await until(() => heard.length > 0);
    expect(heard).toEqual([{ type: 'koreader' }]);
  });

  it('end a stream that may have missed some, and go on in the next', async () => {
    const [one] = processes as [Process, Process];
    const before = await one.listen(reader ?? 0);
    await dataSource.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    await until(before.isOver);
    const after = await one.listen(reader ?? 0);
    await publish({ type: 'koreader' }, { userId: reader ?? 0 });
    await until(() => after.heard.length > 0);
    expect(after.heard).toEqual([{ type: 'koreader' }]);
  });
});
