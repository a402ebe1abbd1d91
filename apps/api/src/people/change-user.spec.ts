import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { Logins, Passwords, Throttle } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { dataSourceOptions, Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { ChangeUser } from './change-user.ts';
import { UserRepository } from './user.repository.ts';

describe('ChangeUser', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let changeUser: ChangeUser;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    changeUser = new ChangeUser(
      new Transaction(dataSource),
      new UserRepository(),
      new Logins(dataSource, new Clock()),
      new Passwords(),
      new Throttle(dataSource),
    );
  });
  afterAll(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  const isAnyoneWaiting = async (): Promise<boolean> =>
    (await dataSource.query(`SELECT 1 FROM pg_locks WHERE NOT granted`)).length > 0;

  it('deletes a user whose device is just syncing, although each waits for the other', async () => {
    const [user] = await dataSource.query(
      `INSERT INTO users (username, password_hash) VALUES ('anna', '') RETURNING id`,
    );
    const addDevice = `INSERT INTO devices (user_id, device_id, name) VALUES ($1, $2, $2)`;
    await dataSource.query(addDevice, [user.id, 'kobo']);
    const syncing = dataSource.createQueryRunner();
    try {
      await syncing.startTransaction();
      // The deletion is to be the one that Postgres gives up.
      await syncing.query(`SET LOCAL deadlock_timeout = '60s'`);
      await syncing.query(`UPDATE devices SET last_seen_at = now() WHERE user_id = $1`, [user.id]);
      const deleted = changeUser.delete(user.id);
      while (!(await isAnyoneWaiting())) await sleep(10);
      await syncing.query(addDevice, [user.id, 'phone']);
      await syncing.commitTransaction();
      await deleted;
    } finally {
      await syncing.release();
    }
    expect(await dataSource.query(`SELECT 1 FROM users`)).toEqual([]);
    expect(await dataSource.query(`SELECT 1 FROM devices`)).toEqual([]);
  });
});
