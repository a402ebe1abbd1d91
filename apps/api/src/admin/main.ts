import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module.ts';
import { type Environment, OperatorError, readEnvironment } from '../config/index.ts';
import { databaseFault } from '../database-fault.ts';
import { Refusal } from '../http/index.ts';
import { createLog, NestLog } from '../log.ts';
import { openDatabase } from '../open-database.ts';
import type { Command, CommandInput } from './command.ts';
import { COMMANDS } from './commands.ts';

const [name = 'help', ...typed] = process.argv.slice(2);

try {
  if (name === 'help' || name === '--help') console.log(help());
  else await runCommand(commandOf(name), inputOf(commandOf(name), typed), readEnvironment(process.env));
  process.exit(0);
} catch (error) {
  const isForeseen = error instanceof OperatorError || error instanceof Refusal;
  console.error(isForeseen ? error.message : error);
  process.exit(isForeseen ? 2 : 1);
}

/** Opens the same database as the server, running or not, and closes it again. */
async function runCommand(command: Command, input: CommandInput, environment: Environment): Promise<void> {
  const log = createLog({ logLevel: 'error' });
  const database = await openDatabase(environment, log);
  try {
    const app = await NestFactory.createApplicationContext(
      AppModule.with(environment, database.connection, log, 'command'),
      {
        logger: new NestLog(log),
        abortOnError: false,
      },
    ).catch((error: unknown) => {
      const { databaseUrl } = environment;
      throw (databaseUrl !== undefined && databaseFault(error, databaseUrl)) || error;
    });
    try {
      for (const line of await command.run(app, input)) console.log(line);
    } finally {
      await app.close();
    }
  } finally {
    await database.stop();
  }
}

function commandOf(name: string): Command {
  const command = COMMANDS.get(name);
  if (!command) throw new OperatorError(`There is no command ${name}.\n\n${help()}`);
  return command;
}

function inputOf(command: Command, args: string[]): CommandInput {
  try {
    const options = Object.fromEntries((command.options ?? []).map((option) => [option, { type: 'string' as const }]));
    const { positionals, values } = parseArgs({ args, options, allowPositionals: true });
    return { positionals, options: values as Record<string, string | undefined>, password };
  } catch (error) {
    throw new OperatorError(`${error instanceof Error ? error.message : String(error)}; see "npm run admin -- help".`);
  }
}

function password(): string {
  const fromEnvironment = process.env['PASSWORD'];
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (process.stdin.isTTY) throw new OperatorError('Give the password on standard input or in the variable PASSWORD.');
  return readFileSync(0, 'utf8').replace(/\r?\n$/, '');
}

function help(): string {
  const rows = [...COMMANDS].map(
    ([command, { usage, summary }]) => `  ${`${command} ${usage}`.trim()}\n      ${summary}`,
  );
  return [
    'Usage: npm run admin -- <command> [arguments]',
    '',
    ...rows,
    '',
    'Passwords are read from standard input or from the variable PASSWORD, never from arguments.',
    'Settings (DATA_DIR, DATABASE_URL, …) are those of the server, which may run meanwhile. Exit code: 0 done, 2 refused with a reason, 1 unforeseen.',
  ].join('\n');
}
