import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type {
  Borrowing,
  BuiltIndex,
  FromWorker,
  Lending,
  PositionAnswer,
  PositionJob,
  ToWorker,
} from './worker-messages.ts';

/** Lends the thread what it needs for one job. */
export interface JobLender {
  lend(what: Borrowing): Promise<Lending>;
  keep(index: BuiltIndex): void;
}

/** What one job may cost; books stay far below. */
export interface WorkerLimits {
  readonly milliseconds: number;
  /** Of the thread's heap; tables are outside of it, and bounded by their own rule. */
  readonly heapMebibytes: number;
  /** A thread that takes more than this after a job is ended: the next one reads what it needs from the table. */
  readonly restBytes: number;
}

const USUAL_LIMITS: WorkerLimits = { milliseconds: 20_000, heapMebibytes: 320, restBytes: 256 * 1024 * 1024 };
/** Indexing leaves much behind that is soon collected: without a bound V8 makes ever more room for it. */
const YOUNG_MEBIBYTES = 16;
/** Without questions the thread ends, and gives its memory back. */
const IDLE_MILLISECONDS = 120_000;

const IS_SOURCE = extname(import.meta.url) === '.ts';
// The same file, built or not: TypeScript runs as it is, in Node and from specs.
const WORKER_FILE = new URL(`./positions-worker${extname(import.meta.url)}`, import.meta.url);

/** A job that took too much: the same one would again. */
export class JobTooCostly extends Error {}

/**
 * The thread that knows books. It starts with the first job, does one after the other, ends some time after the last, and never keeps
 * the process alive. Its memory and time are bounded, and what it does never holds up the server's own thread.
 */
export class PositionsThread {
  private readonly limits: WorkerLimits;
  private running: Worker | undefined;
  private idleTimer: NodeJS.Timeout | undefined;
  private lastJob = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(limits: Partial<WorkerLimits> = {}) {
    this.limits = { ...USUAL_LIMITS, ...limits };
  }

  /** @throws JobTooCostly */
  ask(question: PositionJob, lender: JobLender): Promise<readonly PositionAnswer[]> {
    const answer = this.turn.then(() => this.askNow(question, lender));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** Ends the thread once its job is done. */
  async stop(): Promise<void> {
    await this.turn;
    clearTimeout(this.idleTimer);
    if (this.running) await this.end(this.running);
  }

  private async askNow(question: PositionJob, lender: JobLender): Promise<readonly PositionAnswer[]> {
    clearTimeout(this.idleTimer);
    const worker = (this.running ??= this.start());
    worker.ref();
    try {
      const { answers, heldBytes } = await this.answersOf(worker, question, lender);
      if (heldBytes > this.limits.restBytes) await this.end(worker);
      return answers;
    } catch (error) {
      // It may still be busy, or full: the next job gets a fresh one.
      if (!(error instanceof JobFailed)) await this.end(worker);
      throw error;
    } finally {
      worker.unref();
      this.idleTimer = setTimeout(() => void this.end(worker), IDLE_MILLISECONDS).unref();
    }
  }

  private start(): Worker {
    // The options Node was started with may not fit, but for where the source of our libraries is.
    const worker = new Worker(WORKER_FILE, {
      execArgv: IS_SOURCE ? ['--conditions=@bookorbit/source'] : [],
      resourceLimits: { maxOldGenerationSizeMb: this.limits.heapMebibytes, maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
      stdout: true,
      stderr: true,
    });
    worker.on('error', () => undefined);
    worker.on('exit', () => this.forget(worker));
    return worker;
  }

  private async end(worker: Worker): Promise<void> {
    this.forget(worker);
    await worker.terminate();
  }

  private forget(worker: Worker): void {
    if (this.running === worker) this.running = undefined;
  }

  private answersOf(worker: Worker, question: PositionJob, lender: JobLender): Promise<Answered> {
    this.lastJob += 1;
    const job = this.lastJob;
    const { promise, resolve, reject } = Promise.withResolvers<Answered>();
    const send = (message: ToWorker) => worker.postMessage(message);
    const lend = (request: number, what: Borrowing) =>
      lender.lend(what).then(
        (lending) => send({ kind: 'lent', request, lending }),
        (error: unknown) => send({ kind: 'refused', request, reason: messageOf(error) }),
      );
    const onMessage = (message: FromWorker) => {
      if (message.job !== job) return;
      switch (message.kind) {
        case 'borrow':
          return void lend(message.request, message.what);
        case 'built':
          return lender.keep(message.index);
        case 'answers':
          return resolve(message);
        case 'failed':
          return reject(new JobFailed(message.reason));
      }
    };
    const onError = (error: Error & { readonly code?: string }) =>
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new JobTooCostly('the book takes too much memory') : error);
    const onExit = () => reject(new Error('the thread for positions ended'));
    const deadline = setTimeout(() => reject(new JobTooCostly('the book takes too long')), this.limits.milliseconds);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    send({ kind: 'job', job, question });
    return promise.finally(() => {
      clearTimeout(deadline);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    });
  }
}

type Answered = Extract<FromWorker, { kind: 'answers' }>;

/** The thread is well, but the job could not be done. */
class JobFailed extends Error {}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
