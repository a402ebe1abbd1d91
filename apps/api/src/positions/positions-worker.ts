import { parentPort } from 'node:worker_threads';
import { BookPositions, DocumentPool } from '@bookorbit/domain-positions';
import { answerTask, type AskedBook } from './answer-task.ts';
import { type BookLender, TextCache, WorkerBook } from './worker-book.ts';
import type {
  Borrowing,
  FromWorker,
  Lending,
  Lendings,
  LentSpine,
  PositionAnswer,
  PositionJob,
  ToWorker,
} from './worker-messages.ts';

// Runs in a thread of its own, which may be ended at any moment: a large chapter takes its time, and a hostile one all it can get.

/** Tables of all books at hand. */
const MOST_TABLE_BYTES = 64 * 1024 * 1024;
const MOST_TEXT_CHARACTERS = 4 * 1024 * 1024;
/** Books whose spines are at hand, in all DOM versions asked for. */
const MOST_BOOKS = 64;

interface HeldBook {
  readonly book: WorkerBook;
  readonly positions: BookPositions;
}

const pool = new DocumentPool(MOST_TABLE_BYTES);
const texts = new TextCache(MOST_TEXT_CHARACTERS);
const books = new Map<string, HeldBook>();
const borrowed = new Map<number, PromiseWithResolvers<Lending>>();
let lastRequest = 0;

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'job') {
    void run(message.job, message.question);
    return;
  }
  const waiting = borrowed.get(message.request);
  borrowed.delete(message.request);
  if (message.kind === 'lent') waiting?.resolve(message.lending);
  else waiting?.reject(new Error(message.reason));
});

async function run(job: number, { key, domVersion, tasks }: PositionJob): Promise<void> {
  const lender: BookLender = {
    borrowIndexes: (spineIndexes) => borrow<'indexes'>(job, { kind: 'indexes', spineIndexes }),
    borrowEntry: (zipPath) => borrow<'entry'>(job, { kind: 'entry', zipPath }),
    keep: (index) => send({ kind: 'built', job, index }),
  };
  const used: WorkerBook[] = [];
  const open = async (version: number): Promise<BookPositions> => {
    const held = await openBook(job, key, version);
    held.book.beginJob(lender);
    used.push(held.book);
    return held.positions;
  };
  try {
    const positions = await open(domVersion);
    const weights = used[0]?.spine.sizes ?? [];
    const asked: AskedBook = { domVersion, positions, weights, inVersion: open };
    const answers: PositionAnswer[] = [];
    for (const task of tasks) answers.push(await answerTask(asked, task));
    const { heapTotal, external } = process.memoryUsage();
    send({ kind: 'answers', job, answers, heldBytes: heapTotal + external });
  } catch (error) {
    send({ kind: 'failed', job, reason: error instanceof Error ? error.message : String(error) });
  } finally {
    for (const book of used) book.endJob();
    texts.trim();
  }
}

async function openBook(job: number, key: string, domVersion: number): Promise<HeldBook> {
  const name = `${key}@${domVersion}`;
  let held = books.get(name);
  if (held === undefined) {
    const spine: LentSpine = sameBook(key) ?? (await borrow<'spine'>(job, { kind: 'spine' }));
    const book = new WorkerBook(key, spine, domVersion, texts);
    held = { book, positions: new BookPositions(book, { domVersion, pool }) };
  }
  books.delete(name);
  books.set(name, held);
  for (const [oldest, { positions }] of books) {
    if (books.size <= MOST_BOOKS) break;
    positions.clear();
    books.delete(oldest);
  }
  return held;
}

function sameBook(key: string): LentSpine | undefined {
  for (const [name, { book }] of books) if (name.startsWith(`${key}@`)) return book.spine;
  return undefined;
}

function borrow<Kind extends keyof Lendings>(job: number, what: Borrowing & { kind: Kind }): Promise<Lendings[Kind]> {
  lastRequest += 1;
  const waiting = Promise.withResolvers<Lending>();
  borrowed.set(lastRequest, waiting);
  send({ kind: 'borrow', job, request: lastRequest, what });
  return waiting.promise as Promise<Lendings[Kind]>;
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}
