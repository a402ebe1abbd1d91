import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Logger } from 'pino';
import { type Environment, OperatorError } from './config/index.ts';
import { startEmbeddedPostgres } from './database/embedded-postgres/index.ts';
import type { DatabaseConnection } from './database/index.ts';

/** The database of this server: the operator's own, or the embedded one of the data directory. */
export interface Database {
  readonly connection: DatabaseConnection;
  stop(): Promise<void>;
}

/** @throws OperatorError when the data directory or the embedded database cannot be used. */
export async function openDatabase(environment: Environment, log: Logger): Promise<Database> {
  prepareDataDir(environment.dataDir);
  if (environment.databaseUrl !== undefined) {
    return { connection: { url: environment.databaseUrl }, stop: () => Promise.resolve() };
  }
  return startEmbeddedPostgres({ dataDir: environment.dataDir, log: (sentence) => log.info(sentence) });
}

function prepareDataDir(dataDir: string): void {
  try {
    makeFolders(resolve(dataDir));
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new OperatorError(
      `The data folder ${dataDir} cannot be written; set DATA_DIR to a folder this user may write, or change its owner.`,
    );
  }
}

/** One by one: below a folder that takes none, as /proc, Node's own `recursive` never ends. */
function makeFolders(folder: string): void {
  if (existsSync(folder)) return;
  makeFolders(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process was faster.
    if (!existsSync(folder)) throw error;
  }
}
