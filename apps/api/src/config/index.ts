import { type DynamicModule, Module } from '@nestjs/common';
import type { Environment } from './environment.ts';

export { type Environment, readEnvironment } from './environment.ts';
export { OperatorError } from './operator-error.ts';
export { SERVER_VERSION } from './server-version.ts';

/** Injection token of the settings. */
export const ENVIRONMENT = Symbol('environment');

@Module({})
export class ConfigModule {
  static with(environment: Environment): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: ENVIRONMENT, useValue: environment }],
      exports: [ENVIRONMENT],
    };
  }
}
