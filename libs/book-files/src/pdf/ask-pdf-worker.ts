import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import type { FromPdfWorker, PdfAnswer, PdfQuestion, ToPdfWorker } from './pdf-messages.ts';

/** What one question may cost. Books stay far below; pdf.js itself knows no bounds. */
export interface PdfLimits {
  readonly milliseconds: number;
  /** read of the file: pdf.js reads a damaged one whole, to search it for its objects */
  readonly fileBytes: number;
  /** outside the heap, besides the room for the file, which is only filled where it is read */
  readonly bufferBytes: number;
}

const USUAL_LIMITS: PdfLimits = {
  milliseconds: 30_000,
  fileBytes: 128 * 1024 * 1024,
  bufferBytes: 256 * 1024 * 1024,
};
const MOST_HEAP_MIB = 192;
const MEMORY_CHECK_MILLISECONDS = 200;
const IDLE_MILLISECONDS = 5_000;

// The same file, built or not: TypeScript runs as it is, in Node and from specs.
const WORKER_FILE = new URL(`./pdf-worker${extname(import.meta.url)}`, import.meta.url);

let running: Worker | undefined;
let idleTimer: NodeJS.Timeout | undefined;
let lastJob = 0;
let turn: Promise<unknown> = Promise.resolve();

/**
 * Has pdf.js answer a question about a file, in a thread of its own; questions wait for one another. The thread starts with
 * the first question, ends some seconds after the last, and never keeps the process alive. Throws `unpacks_too_large` when
 * the answer costs too much, BookFileUnavailable when the file cannot be read any more.
 */
export function askPdfWorker(
  source: FileSource,
  question: PdfQuestion,
  limits: PdfLimits = USUAL_LIMITS,
): Promise<PdfAnswer> {
  const answer = turn.then(() => ask(source, question, limits));
  turn = answer.catch(() => undefined);
  return answer;
}

async function ask(source: FileSource, question: PdfQuestion, limits: PdfLimits): Promise<PdfAnswer> {
  clearTimeout(idleTimer);
  const worker = (running ??= startWorker());
  worker.ref();
  try {
    return await answerOf(worker, source, question, limits);
  } catch (error) {
    // It may still be busy, or full: the next question gets a fresh one.
    await endWorker(worker);
    throw error;
  } finally {
    worker.unref();
    idleTimer = setTimeout(() => void endWorker(worker), IDLE_MILLISECONDS).unref();
  }
}

function startWorker(): Worker {
  // The options Node was started with may not fit; pdf.js talks to the console, so its output is taken from it and dropped.
  const worker = new Worker(WORKER_FILE, {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MIB },
    stdout: true,
    stderr: true,
  });
  worker.on('error', () => undefined);
  worker.on('exit', () => forget(worker));
  return worker;
}

async function endWorker(worker: Worker): Promise<void> {
  forget(worker);
  await worker.terminate();
}

function forget(worker: Worker): void {
  if (running === worker) running = undefined;
}

function answerOf(worker: Worker, source: FileSource, question: PdfQuestion, limits: PdfLimits): Promise<PdfAnswer> {
  const job = ++lastJob;
  let bytesLeft = limits.fileBytes;
  const { promise, resolve, reject } = Promise.withResolvers<PdfAnswer>();
  const send = (message: ToPdfWorker, transfer: readonly ArrayBuffer[] = []) => worker.postMessage(message, transfer);
  const tooLarge = (cause: unknown) => reject(new BookFileProblem('unpacks_too_large', { cause }));

  const lend = async (begin: number, end: number) => {
    bytesLeft -= end - begin;
    if (bytesLeft < 0) return tooLarge(new Error('too much of the file is read'));
    // What a file that has shrunk no longer holds reads as zeros.
    const bytes = new Uint8Array(end - begin);
    bytes.set(await source.read(begin, end - begin));
    send({ job, kind: 'bytes', begin, bytes }, [bytes.buffer]);
  };
  const onMessage = (message: FromPdfWorker) => {
    if (message.job !== job) return;
    if (message.kind === 'answer') resolve(message.answer);
    else lend(message.begin, message.end).catch(reject);
  };
  const onError = (error: Error & { readonly code?: string }) =>
    error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(error) : reject(error);
  const onExit = () => reject(new Error('the PDF worker ended'));
  const checkMemory = async () => {
    const { external_memory: used } = await worker.getHeapStatistics();
    if (used > source.size + limits.bufferBytes) tooLarge(new Error('pdf.js takes too much memory'));
  };

  const deadline = setTimeout(() => tooLarge(new Error('pdf.js takes too long')), limits.milliseconds);
  const memoryTimer = setInterval(() => void checkMemory().catch(() => undefined), MEMORY_CHECK_MILLISECONDS);
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  send({ job, kind: 'ask', question, size: source.size });
  return promise.finally(() => {
    clearTimeout(deadline);
    clearInterval(memoryTimer);
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
  });
}
