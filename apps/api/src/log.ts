import type { LoggerService } from '@nestjs/common';
import { type Logger, pino } from 'pino';
import type { Environment } from './config/index.ts';

/** @returns The server's log: one JSON line an entry, written in batches. */
export function createLog(environment: Pick<Environment, 'logLevel'>): Logger {
  return pino(
    { level: environment.logLevel },
    pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500 }),
  );
}

/** What Nest itself has to say: its start-up chatter is for debugging only. */
export class NestLog implements LoggerService {
  constructor(private readonly to: Logger) {}

  log(message: unknown): void {
    this.to.debug(String(message));
  }

  error(message: unknown, ...details: unknown[]): void {
    // A port that cannot be had ends the start, which says so in a sentence of its own.
    const level = /^Error: listen E/.test(String(message)) ? 'debug' : 'error';
    this.to[level]({ details }, String(message));
  }

  warn(message: unknown): void {
    this.to.warn(String(message));
  }
}
