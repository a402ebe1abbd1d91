import type { NestExpressApplication } from '@nestjs/platform-express';
import { DataSource } from 'typeorm';
import { type Environment, SERVER_VERSION } from './config/index.ts';
import { lanAddresses } from './http/server-address.ts';
import { UserRepository } from './people/index.ts';

/** @returns What the operator reads after a start: the address, where data lives, what to do next. */
export async function startedBlock(
  app: NestExpressApplication,
  environment: Environment,
  tookMs: number,
): Promise<string> {
  const address: unknown = app.getHttpServer().address();
  const port =
    typeof address === 'object' && address !== null && 'port' in address ? Number(address.port) : environment.port;
  const isSetUp = await app.get(UserRepository).hasAnyUser(app.get(DataSource).manager);
  const url = environment.publicUrl ?? `http://localhost:${port}`;
  const onLan = environment.publicUrl ? [] : lanAddresses().map((host) => `http://${host}:${port}`);
  const database =
    environment.databaseUrl === undefined
      ? `${environment.dataDir} (embedded Postgres)`
      : `${environment.dataDir}; database at DATABASE_URL`;
  return [
    '',
    `  BookOrbit ${SERVER_VERSION} is running (started in ${(tookMs / 1000).toFixed(1)} s)`,
    '',
    `  Open     ${url}`,
    ...onLan.slice(0, 2).map((lan) => `           ${lan}   (other devices in your network)`),
    `  Data     ${database}`,
    `  Next     ${isSetUp ? 'sign in' : 'open the address and create the first admin'}`,
    `  Stop     Ctrl-C`,
    '',
  ].join('\n');
}
