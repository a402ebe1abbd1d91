import { constants } from 'node:os';

/** What has to be undone when the benchmark ends, however it ends: by itself, by a fault or by Ctrl-C. */
export class CleanUp {
  private readonly works: { readonly work: () => unknown }[] = [];
  private running: Promise<void> | undefined;

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        void this.run().finally(() => process.exit(128 + constants.signals[signal]));
      });
    }
  }

  /** Adds something to undo, before what was added earlier. */
  add(work: () => unknown): void {
    this.works.push({ work });
  }

  /** Undoes everything once; one part that fails does not keep the others from it. */
  run(): Promise<void> {
    this.running ??= this.undoAll();
    return this.running;
  }

  private async undoAll(): Promise<void> {
    for (let next = this.works.pop(); next !== undefined; next = this.works.pop()) {
      try {
        await next.work();
      } catch (error) {
        process.stderr.write(`Cleaning up: ${String(error)}\n`);
      }
    }
  }
}
