import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Workplace } from '../workplace.ts';

const RELOAD_MS = 400;
const PREFIX = 'bench statement';

/**
 * Counts the SQL statements of some work by Postgres's own log, BEGIN and COMMIT included: each is one way to the database and back.
 *
 * @param application Only statements of connections of this `application_name` count.
 */
export async function countStatements(
  { sql, postgresLog }: Workplace,
  application: string,
  work: () => Promise<void>,
): Promise<number> {
  await sql(`ALTER SYSTEM SET log_line_prefix = '${PREFIX} %a:'`);
  await sql(`ALTER SYSTEM SET log_statement = 'all'`);
  await reload(sql);
  try {
    const start = readFileSync(postgresLog).length;
    await work();
    // Postgres writes a statement down before it runs it, so all are there.
    const said = readFileSync(postgresLog).subarray(start).toString();
    return said.split('\n').filter((line) => isStatementOf(line, application)).length;
  } finally {
    await sql('ALTER SYSTEM RESET log_statement');
    await sql('ALTER SYSTEM RESET log_line_prefix');
    await reload(sql);
  }
}

function isStatementOf(line: string, application: string): boolean {
  return /^LOG: {2}(statement|execute [^:]*): /.test(line.replace(`${PREFIX} ${application}:`, ''));
}

async function reload(sql: Workplace['sql']): Promise<void> {
  await sql('SELECT pg_reload_conf()');
  await sleep(RELOAD_MS);
}
