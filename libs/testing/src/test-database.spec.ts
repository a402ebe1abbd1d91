import { Client } from 'pg';
import { createTestDatabase, type TestDatabase, type TestSchema } from './test-database.ts';
import { startTestPostgres, type TestPostgres, type TestPostgresConnection } from './test-postgres.ts';

const run = async (connection: TestPostgresConnection | { connectionString: string }, sql: string) => {
  const client = new Client({ ...connection });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('createTestDatabase', () => {
  let postgres: TestPostgres | undefined;
  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres?.stop());

  const made: TestDatabase[] = [];
  const create = async (schema?: TestSchema) => {
    const database = await createTestDatabase(schema);
    made.push(database);
    return database;
  };
  afterEach(() => Promise.all(made.splice(0).map((database) => database.drop())));

  it('migrates once, however many databases are asked for at once', async () => {
    let migrations = 0;
    const schema = {
      key: `books ${Math.random()}`,
      migrate: async (connection: TestPostgresConnection) => {
        migrations += 1;
        await run(connection, 'CREATE TABLE books (title text)');
      },
    };
    const [first, second] = await Promise.all([create(schema), create(schema), create(schema)]);
    expect(migrations).toBe(1);
    await run(first.connection, "INSERT INTO books VALUES ('Moby-Dick')");
    expect(await run(second.connection, 'SELECT * FROM books')).toEqual([]);
  });

  it('leaves no template behind when a migration fails', async () => {
    const key = `broken ${Math.random()}`;
    const broken = {
      key,
      migrate: (connection: TestPostgresConnection) => run(connection, 'CREATE TABLE').then(() => undefined),
    };
    await expect(create(broken)).rejects.toThrow('syntax error');
    const mended = await create({
      key,
      migrate: (connection) => run(connection, 'CREATE TABLE books ()').then(() => undefined),
    });
    expect(await run(mended.connection, 'SELECT * FROM books')).toEqual([]);
  });

  it('gives an address that other processes can connect to', async () => {
    const database = await create();
    expect(await run({ connectionString: database.url }, 'SELECT current_database() AS name')).toEqual([
      { name: database.connection.database },
    ]);
  });
});
