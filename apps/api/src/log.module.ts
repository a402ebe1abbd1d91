import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';

/** Injection token of the server's log, a pino logger. */
export const LOG = Symbol('log');

@Module({})
export class LogModule {
  static with(log: Logger): DynamicModule {
    return { module: LogModule, global: true, providers: [{ provide: LOG, useValue: log }], exports: [LOG] };
  }
}
