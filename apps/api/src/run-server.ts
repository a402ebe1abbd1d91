import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Logger } from 'pino';
import { Bootstrap } from './bootstrap/index.ts';
import { type Environment, OperatorError } from './config/index.ts';
import { databaseFault } from './database-fault.ts';
import { openDatabase } from './open-database.ts';
import { createServer } from './server.ts';
import { startedBlock } from './started-block.ts';

/** How long open requests may take to end once the server is told to stop. */
const STOP_AFTER_MS = 10_000;

/**
 * Starts everything, prints where it is, and stops it all on Ctrl-C or SIGTERM.
 *
 * @throws OperatorError
 */
export async function runServer(environment: Environment, log: Logger): Promise<void> {
  const started = performance.now();
  const database = await openDatabase(environment, log);
  let app: NestExpressApplication | undefined;
  const stop = stopOnce(async () => {
    await app?.close();
    await database.stop();
  });
  stopOnSignals(stop, log);
  try {
    app = await createServer(environment, database.connection, log);
    await app.get(Bootstrap).run();
    await listen(app, environment.port);
    console.log(await startedBlock(app, environment, performance.now() - started));
  } catch (error) {
    await stop();
    throw operatorErrorOf(error, environment);
  }
}

async function listen(app: NestExpressApplication, port: number): Promise<void> {
  await app.listen(port);
}

function stopOnce(stop: () => Promise<void>): () => Promise<void> {
  let stopping: Promise<void> | undefined;
  return () => (stopping ??= stop());
}

/** A second signal changes nothing: stopping takes its time, but not longer than `STOP_AFTER_MS`. */
function stopOnSignals(stop: () => Promise<void>, log: Logger): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      setTimeout(() => process.exit(1), STOP_AFTER_MS).unref();
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'stopping failed');
          process.exit(1);
        },
      );
    });
  }
}

function operatorErrorOf(error: unknown, environment: Environment): unknown {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new OperatorError(
      `Port ${environment.port} is in use by another program; stop that, or set PORT to a free one.`,
    );
  }
  if (code === 'EACCES') {
    return new OperatorError(`This user may not listen on port ${environment.port}; set PORT to one above 1023.`);
  }
  const { databaseUrl } = environment;
  return (databaseUrl !== undefined && databaseFault(error, databaseUrl)) || error;
}
