import type { INestApplicationContext } from '@nestjs/common';
import { OperatorError } from '../config/index.ts';

/** One thing an operator can do from a terminal or a script. */
export interface Command {
  /** Arguments as help shows them: `<user> [--permissions a,b]`. */
  readonly usage: string;
  readonly summary: string;
  /** Options that take a value, besides `--password-stdin`. */
  readonly options?: readonly string[];
  /** @returns Lines for standard output. */
  run(app: INestApplicationContext, input: CommandInput): Promise<readonly string[]>;
}

/** What was typed, and passwords that were not. */
export interface CommandInput {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | undefined>>;
  /** The password of `PASSWORD` or of standard input: never an argument, which every user of the machine could read. */
  readonly password: () => string;
}

/** @throws OperatorError naming the argument that is missing. */
export function argument(input: CommandInput, index: number, name: string): string {
  const value = input.positionals[index];
  if (value === undefined || value === '')
    throw new OperatorError(`The argument <${name}> is missing; see "npm run admin -- help".`);
  return value;
}
