import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dataSourceOptions } from '../database/index.ts';
import { JobQueue } from './job-queue.ts';
import { type Attempt, defineQueue } from './queue.ts';

const GIVEN_UP = defineQueue<{ n: number }>('given-up', { retryLimit: 0, heartbeatSeconds: 10, expireInSeconds: 60 });
const COUNT = defineQueue<{ n: number }>('count', {
  retryLimit: 1,
  heartbeatSeconds: 10,
  expireInSeconds: 60,
  deadLetter: GIVEN_UP,
});

describe('the job queue', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let queues: JobQueue[];

  beforeEach(async () => {
    Logger.overrideLogger(false);
    database = await createTestDatabase();
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    queues = [];
  });
  afterEach(async () => {
    for (const queue of queues) await queue.onModuleDestroy();
    await dataSource.destroy();
    await database.drop();
  });

  function startProcess(): JobQueue {
    const queue = new JobQueue(dataSource);
    queues.push(queue);
    return queue;
  }

  const send = (queue: JobQueue, n: number) => dataSource.transaction((tx) => queue.send(tx, COUNT, { n }));

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  it('does each job once, though several processes work on it', async () => {
    const done: number[] = [];
    const [one, other] = [startProcess(), startProcess()];
    for (const queue of [one, other]) await queue.work(COUNT, ({ n }) => Promise.resolve(void done.push(n)));
    const numbers = Array.from({ length: 30 }, (_, n) => n);
    await dataSource.transaction((tx) =>
      one.sendAll(
        tx,
        COUNT,
        numbers.map((n) => ({ n })),
      ),
    );
    await until(() => done.length >= 30);
    expect(done.toSorted((a, b) => a - b)).toEqual(numbers);
  });

  it('knows no job of a transaction that was rolled back', async () => {
    const done: number[] = [];
    const queue = startProcess();
    await queue.work(COUNT, ({ n }) => Promise.resolve(void done.push(n)));
    const failing = dataSource.transaction(async (tx) => {
      await queue.send(tx, COUNT, { n: 1 });
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await send(queue, 2);
    await until(() => done.length > 0);
    expect(done).toEqual([2]);
  });

  it('tries a failed job again, and hands it on after its last try', async () => {
    const tries: Pick<Attempt, 'retryCount' | 'isLast'>[] = [];
    const givenUp: number[] = [];
    const queue = startProcess();
    await queue.work(COUNT, (_, { retryCount, isLast }) => {
      tries.push({ retryCount, isLast });
      return Promise.reject(new Error('It failed.'));
    });
    await queue.work(GIVEN_UP, ({ n }) => Promise.resolve(void givenUp.push(n)));
    await send(queue, 7);
    await until(() => givenUp.length > 0);
    expect(tries).toEqual([
      { retryCount: 0, isLast: false },
      { retryCount: 1, isLast: true },
    ]);
    expect(givenUp).toEqual([7]);
  });

  it('gives a job it puts down because it stops to another process, as if never tried', async () => {
    const one = startProcess();
    let isBegun = false;
    await one.work(COUNT, async (_, { signal }) => {
      isBegun = true;
      await until(() => signal.aborted);
      signal.throwIfAborted();
    });
    await send(one, 3);
    await until(() => isBegun);
    await one.onModuleDestroy();
    const taken: [number, number][] = [];
    await startProcess().work(COUNT, ({ n }, { retryCount }) => Promise.resolve(void taken.push([n, retryCount])));
    await until(() => taken.length > 0);
    expect(taken).toEqual([[3, 0]]);
  });
});
