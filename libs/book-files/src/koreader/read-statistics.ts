import { fork } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  FromReader,
  StatisticsBook,
  StatisticsBounds,
  StatisticsCounts,
  StatisticsRows,
  ToReader,
} from './statistics-messages.ts';

/** Takes what is found, piece by piece; nothing more is read until it has. */
export interface StatisticsTaker {
  /** Comes before the book's rows; one without rows too. */
  book(book: StatisticsBook): Promise<void> | void;
  rows(fingerprint: string, rows: StatisticsRows): Promise<void> | void;
}

/** What one database may cost. The largest a person sent around has 1.5 GB, the usual one a few MB. */
export interface StatisticsLimits extends StatisticsBounds {
  readonly milliseconds: number;
}

const USUAL_LIMITS: StatisticsLimits = {
  milliseconds: 300_000,
  books: 20_000,
  rows: 5_000_000,
  rowsABatch: 20_000,
  heapBytes: 64 * 1024 * 1024,
};
/** Of JavaScript in the process that reads. */
const HEAP_MEBIBYTES = 96;

// The same file, built or not: TypeScript runs as it is, in Node and from specs.
const PROCESS_FILE = fileURLToPath(new URL(`./statistics-process${extname(import.meta.url)}`, import.meta.url));

/** A database that cannot be used; the message is one sentence for a person, without a full stop. */
export class StatisticsProblem extends Error {}

/**
 * Reads KOReader's `statistics.sqlite3`, in a process of its own that is killed when it takes too long or too much.
 *
 * @param hasWal Whether a `-wal` file lies beside it that belongs to it.
 * @throws StatisticsProblem
 */
export async function readStatistics(
  path: string,
  hasWal: boolean,
  taker: StatisticsTaker,
  limits: Partial<StatisticsLimits> = {},
): Promise<StatisticsCounts> {
  const { milliseconds, ...bounds } = { ...USUAL_LIMITS, ...limits };
  const child = fork(PROCESS_FILE, {
    execArgv: [`--max-old-space-size=${HEAP_MEBIBYTES}`],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const send = (message: ToReader) => child.connected && child.send(message);
  const { promise, resolve, reject } = Promise.withResolvers<StatisticsCounts>();
  const deadline = setTimeout(() => reject(new StatisticsProblem('It takes too long to read')), milliseconds);
  const take = async (message: FromReader) => {
    switch (message.kind) {
      case 'book':
        await taker.book(message.book);
        break;
      case 'rows':
        await taker.rows(message.fingerprint, message.rows);
        break;
      case 'end':
        resolve(message.counts);
        break;
      case 'failed':
        reject(new StatisticsProblem(message.reason));
    }
    send({ kind: 'go' });
  };
  child.on('message', (message) => void take(message as FromReader).catch(reject));
  child.on('error', reject);
  child.on('exit', () => reject(new StatisticsProblem('It takes too much to read')));
  send({ kind: 'read', job: { path, hasWal, bounds } });
  try {
    return await promise;
  } finally {
    clearTimeout(deadline);
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit').catch(() => undefined);
    }
  }
}
