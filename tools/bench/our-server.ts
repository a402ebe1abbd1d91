import { resolve } from 'node:path';
import { ensureBuilt } from '../launch/ensure-built.mjs';
import { PROJECT_ROOT } from '../launch/project.mjs';
import { SERVER_ENVIRONMENT, SERVER_NODE_OPTIONS } from '../launch/server-memory.mjs';
import type { CleanUp } from './clean-up.ts';
import type { BenchPlan } from './plan.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { signIn, type WebApi } from './web-api.ts';
import type { Workplace } from './workplace.ts';

const ADMIN = { username: 'bench', password: 'a password of the benchmark' };

/** BookOrbit in a process of its own, and its first admin signed in. */
export interface OurServer extends ServerProcess {
  readonly api: WebApi;
  readonly databaseUrl: string;
}

/** Starts the built server on an empty database of the workplace: this checkout's, built first where it has to be, or the plan's. */
export async function startOurServer(
  workplace: Workplace,
  database: string,
  { server: main, nodeOptions }: Pick<BenchPlan, 'server' | 'nodeOptions'>,
  cleanUp: CleanUp,
): Promise<OurServer> {
  if (main === undefined) ensureBuilt();
  const databaseUrl = await workplace.createDatabase(database);
  const server = await startServer(
    {
      name: database,
      parameters: [...SERVER_NODE_OPTIONS, ...nodeOptions, resolve(main ?? `${PROJECT_ROOT}apps/api/dist/main.js`)],
      environment: {
        ...SERVER_ENVIRONMENT,
        DATABASE_URL: databaseUrl,
        DATA_DIR: `${workplace.folder}/${database}`,
        ADMIN_USERNAME: ADMIN.username,
        ADMIN_PASSWORD: ADMIN.password,
      },
    },
    workplace.folder,
    cleanUp,
  );
  return { ...server, databaseUrl, api: await signIn(server.origin, ADMIN) };
}
