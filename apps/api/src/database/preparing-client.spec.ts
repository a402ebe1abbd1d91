import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { Pool } from 'pg';
import { PreparingClient } from './preparing-client.ts';

describe('PreparingClient', () => {
  let database: TestDatabase;
  let pool: Pool;

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ ...database.connection, max: 1, Client: PreparingClient } as ConstructorParameters<
      typeof Pool
    >[0]);
  });

  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  it('prepares a statement that is asked often, and goes on answering with its own values', async () => {
    const answers: number[] = [];
    for (let n = 0; n < 20; n += 1) answers.push(await plusOne(n));
    expect(answers).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    expect(await preparedTexts()).toContain(PLUS_ONE);
  });

  it('prepares nothing that is asked once', async () => {
    await pool.query('SELECT $1::int - 1', [1]);
    expect(await preparedTexts()).not.toContain('SELECT $1::int - 1');
  });

  it('sends statements without values as they come, several at once too', async () => {
    for (let n = 0; n < 20; n += 1) await pool.query('SELECT 1; SELECT 2');
    expect(await preparedTexts()).not.toContain('SELECT 1; SELECT 2');
  });

  it('tells a fault of a prepared statement and can go on', async () => {
    for (let n = 0; n < 20; n += 1) await pool.query('SELECT 1 / $1::int', [1]);
    await expect(pool.query('SELECT 1 / $1::int', [0])).rejects.toThrow('division by zero');
    expect(await plusOne(1)).toBe(2);
  });

  const PLUS_ONE = 'SELECT $1::int + 1 AS sum';

  async function plusOne(n: number): Promise<number> {
    const { rows } = await pool.query<{ sum: number }>(PLUS_ONE, [n]);
    return rows[0]?.sum ?? NaN;
  }

  async function preparedTexts(): Promise<string[]> {
    const { rows } = await pool.query<{ statement: string }>('SELECT statement FROM pg_prepared_statements');
    return rows.map(({ statement }) => statement);
  }
});
