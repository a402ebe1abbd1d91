import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SidecarReading } from './sidecar-worker.ts';

/** What one sidecar may cost. KOReader's own take some ten milliseconds. */
const MOST_MILLISECONDS = 30_000;
const HEAP_MEBIBYTES = 256;

const IS_SOURCE = extname(import.meta.url) === '.ts';
// The same file, built or not: TypeScript runs as it is, in Node and from specs.
const WORKER_FILE = new URL(`./sidecar-worker${extname(import.meta.url)}`, import.meta.url);

/** Reads sidecars, one after the other, in a thread that starts with the first: none of them holds up the thread of the caller. */
export class SidecarThread {
  private worker: Worker | undefined;
  private readonly mostMilliseconds: number;

  constructor(mostMilliseconds = MOST_MILLISECONDS) {
    this.mostMilliseconds = mostMilliseconds;
  }

  /** To be awaited before the next. */
  async read(bytes: Uint8Array): Promise<SidecarReading> {
    const worker = (this.worker ??= start());
    const { promise, resolve, reject } = Promise.withResolvers<SidecarReading>();
    const deadline = setTimeout(() => resolve(fault('It takes too long to read')), this.mostMilliseconds);
    const onError = (error: Error & { readonly code?: string }) =>
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? resolve(fault('It takes too much to read')) : reject(error);
    let hasAnswered = false;
    const answer = (reading: SidecarReading) => {
      hasAnswered = true;
      resolve(reading);
    };
    worker.once('message', answer).once('error', onError);
    worker.postMessage(bytes);
    try {
      return await promise;
    } finally {
      clearTimeout(deadline);
      worker.off('message', answer).off('error', onError);
      // It may still be busy, or full: the next one gets a fresh thread.
      if (!hasAnswered) await this.stop();
    }
  }

  async stop(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.terminate();
  }
}

function start(): Worker {
  const worker = new Worker(WORKER_FILE, {
    execArgv: IS_SOURCE ? ['--conditions=@bookorbit/source'] : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEBIBYTES },
    stdout: true,
    stderr: true,
  });
  // Whoever reads hears of it; an unheard error would end the process.
  return worker.on('error', () => undefined);
}

function fault(reason: string): SidecarReading {
  return { kind: 'fault', reason };
}
