import { Client } from 'pg';
import { until } from './expect-status.ts';

const WAITING = `
  SELECT count(*)::int AS count FROM pg_locks
  WHERE locktype = 'advisory' AND NOT granted AND classid = $1 AND objid = $2
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/** Holds requests where they take the lock on a user's file until as many are there as shall race, whichever processes they are in. */
export class FileGate {
  private constructor(private readonly client: Client) {}

  static async open(databaseUrl: string): Promise<FileGate> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return new FileGate(client);
  }

  /** Sends the requests, and lets them go once all of them stand at the gate. */
  async race<T>(userId: number, fileId: number, requests: readonly (() => Promise<T>)[]): Promise<T[]> {
    const file = [userId, fileId];
    await this.client.query('SELECT pg_advisory_lock($1, $2)', file);
    const asked = requests.map((request) => request());
    try {
      await until(async () => {
        const { rows } = await this.client.query<{ count: number }>(WAITING, file);
        return rows[0]?.count === requests.length;
      }, `${requests.length} requests to ask for the lock on the file`);
    } finally {
      await this.client.query('SELECT pg_advisory_unlock($1, $2)', file);
      await Promise.allSettled(asked);
    }
    return Promise.all(asked);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
