import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { Client } from 'pg';
import { pino } from 'pino';
import { readEnvironment } from './config/index.ts';
import { databaseFault } from './database-fault.ts';
import { createServer as createBookOrbit } from './server.ts';

const URL_OF = 'postgres://reader:secret@db:5432/books';
const failure = (code: string | undefined, message: string, more: object = {}) =>
  Object.assign(new Error(message), { code, ...more });

describe('a database that cannot be used', () => {
  it.each([
    ['a refused connection', failure('ECONNREFUSED', 'connect ECONNREFUSED'), /check that it runs/],
    ['no route to the host', failure('EHOSTUNREACH', 'connect EHOSTUNREACH'), /check that it runs/],
    ['no route to the network', failure('ENETUNREACH', 'connect ENETUNREACH'), /check that it runs/],
    ['no such socket', failure('ENOENT', 'connect ENOENT', { syscall: 'connect' }), /check that it runs/],
    ['a wrong password', failure('28P01', 'password authentication failed'), /address, user and password/],
    ['no such database', failure('3D000', 'database "books" does not exist'), /address, user and password/],
    ['something else than Postgres', failure(undefined, 'Connection terminated unexpectedly'), /a Postgres listens/],
    ['an address that never answers', failure(undefined, 'timeout expired'), /a Postgres listens/],
    ['no TLS', failure(undefined, 'The server does not support SSL connections'), /sslmode=disable/],
    ['an unknown authority', failure('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate'), /sslrootcert/],
    ['a name of another', failure('ERR_TLS_CERT_ALTNAME_INVALID', 'Hostname does not match'), /check its certificate/],
    ['a standby', failure('25006', 'cannot execute CREATE TABLE in a read-only transaction'), /primary/],
    ['tables of another', failure('42501', 'must be owner of table books'), /REASSIGN OWNED/],
    ['no schema to make tables in', failure('3F000', 'no schema has been selected'), /OWNER TO "reader"/],
    ['no connection left', failure('53300', 'sorry, too many clients already'), /max_connections/],
    ['no pg_trgm', failure('0A000', 'extension "pg_trgm" is not available'), /contrib/],
  ])('is told with what to do: %s', (_name, error, whatToDo) => {
    const fault = databaseFault(error, URL_OF);
    expect(fault?.message).toMatch(whatToDo);
    expect(fault?.message).toContain(error.message);
    expect(fault?.message).not.toContain('secret');
  });

  it.each([
    ['a fault of ours', failure('42P01', 'relation "boks" does not exist')],
    ['a file that is missing', failure('ENOENT', 'open api-types.json', { syscall: 'open' })],
    ['no error', undefined],
  ])('is not blamed for %s', (_name, error) => expect(databaseFault(error, URL_OF)).toBeUndefined());
});

describe('a start on', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database?.drop());

  const faultOfStart = async (url: string) => {
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATABASE_URL: url });
    const starting = createBookOrbit(environment, { url }, pino({ level: 'silent' }));
    const error = await starting.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return databaseFault(error, url)?.message;
  };

  it('a database that is another’s says which GRANT is missing', async () => {
    const role = `reader_${database.connection.database}`;
    const owner = new Client({ ...database.connection });
    await owner.connect();
    try {
      await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
      const url = URL.parse(database.url)!;
      Object.assign(url, { username: role, password: 'secret' });
      const said = await faultOfStart(url.href);
      expect(said).toContain('permission denied');
      expect(said).toContain(`ALTER DATABASE "${database.connection.database}" OWNER TO "${role}"`);
    } finally {
      await owner.query(`DROP OWNED BY ${role}`);
      await owner.query(`DROP ROLE ${role}`);
      await owner.end();
    }
  });

  it('a port where something else listens says so', async () => {
    const other: Server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    expect(await faultOfStart(`postgres://a:b@127.0.0.1:${port}/c`)).toContain('a Postgres listens');
    other.close();
  });
});
