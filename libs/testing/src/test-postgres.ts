import { fileURLToPath } from 'node:url';

/** How to reach a Postgres; `host` is a folder with a unix socket, or a name. */
export interface TestPostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** A Postgres that lives as long as one run of the tests. */
export interface TestPostgres {
  readonly connection: TestPostgresConnection;
  stop(): Promise<void>;
}

/** Carries the connection, as JSON, from jest's global set-up to its workers. Set beforehand, it names another Postgres to test on. */
export const TEST_POSTGRES_VARIABLE = 'BOOKORBIT_TEST_POSTGRES';

/**
 * Starts a Postgres in a temporary folder and makes it known to every process started from here on. With the variable set by
 * somebody already, that Postgres is used and nothing is started.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  if (process.env[TEST_POSTGRES_VARIABLE] !== undefined) {
    return { connection: testPostgresConnection(), stop: () => Promise.resolve() };
  }
  const { startThrowAwayPostgres } = await loadLauncher();
  const postgres = await startThrowAwayPostgres();
  process.env[TEST_POSTGRES_VARIABLE] = JSON.stringify(postgres.connection);
  return {
    connection: postgres.connection,
    async stop() {
      delete process.env[TEST_POSTGRES_VARIABLE];
      await postgres.stop();
    },
  };
}

/** The maintenance database of the Postgres that this run of the tests has. */
export function testPostgresConnection(): TestPostgresConnection {
  const json = process.env[TEST_POSTGRES_VARIABLE];
  if (json === undefined) {
    throw new Error(
      `${TEST_POSTGRES_VARIABLE} is not set: the jest project needs the global set-up jest-postgres-setup.ts`,
    );
  }
  return JSON.parse(json) as TestPostgresConnection;
}

/**
 * The server's own launcher knows how to run Postgres on every machine, and it belongs to the server: an import would turn the
 * arrow between lib and app round for the compiler, so it is found by its path, here alone.
 */
function loadLauncher(): Promise<{ startThrowAwayPostgres(): Promise<TestPostgres> }> {
  const launcher = new URL('../../../apps/api/src/database/embedded-postgres/throw-away-postgres.ts', import.meta.url);
  return import(fileURLToPath(launcher)) as ReturnType<typeof loadLauncher>;
}
