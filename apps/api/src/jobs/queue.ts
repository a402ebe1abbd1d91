/** A kind of background job, and what one job of it is told. */
export interface Queue<Data extends object> {
  readonly name: string;
  readonly options: QueueOptions;
  /** Only for the type: never set. */
  readonly data?: Data;
}

export interface QueueOptions {
  /** How often a job that failed, or whose process died, is tried again. */
  readonly retryLimit: number;
  /** After how many seconds without a sign of life a job is given to another process; at least 10. */
  readonly heartbeatSeconds: number;
  /** How many seconds one try may take. */
  readonly expireInSeconds: number;
  /** Where a job goes whose last try failed. It must be defined before this one. */
  readonly deadLetter?: Queue<object>;
}

/** Defines a queue. Data must survive JSON. */
export function defineQueue<Data extends object>(name: string, options: QueueOptions): Queue<Data> {
  return { name, options };
}

/** One try of a job. */
export interface Attempt {
  /** 0 at the first try. */
  readonly retryCount: number;
  readonly isLast: boolean;
  /** Aborted when this process is about to stop: put down the work at the next good moment by throwing. */
  readonly signal: AbortSignal;
}

export type Handler<Data extends object> = (data: Data, attempt: Attempt) => Promise<void>;

export interface SendOptions {
  readonly startAfterSeconds?: number;
}
