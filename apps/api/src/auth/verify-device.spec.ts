import { createHash } from 'node:crypto';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import type { Clock } from '../clock/index.ts';
import { dataSourceOptions } from '../database/index.ts';
import { DirectQuery } from '../database/direct-query.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { KoreaderAccountRepository } from './koreader-account.repository.ts';
import { Passwords } from './passwords.ts';
import { Throttle } from './throttle.ts';
import { deviceKeyDigest, VerifyDevice } from './verify-device.ts';

const KEY = createHash('md5').update('correct horse').digest('hex');
const DEVICE_KEY = 'd'.repeat(32);
const WRONG = 'e'.repeat(32);

/** Counts how often the slow comparison is made. */
class CountedPasswords extends Passwords {
  compared = 0;

  override isRight(password: string, hash: string | undefined): Promise<boolean> {
    this.compared += 1;
    return super.isRight(password, hash);
  }
}

describe('VerifyDevice', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let passwords: CountedPasswords;
  let hash: string;
  let verify: VerifyDevice;
  let now: number;

  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    passwords = new CountedPasswords();
    hash = await passwords.hash(KEY);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    now = Date.parse('2026-11-18T12:00:00Z');
    passwords.compared = 0;
    const accounts = new KoreaderAccountRepository(dataSource, new DirectQuery(dataSource));
    const clock: Clock = { now: () => new Date(now) };
    verify = new VerifyDevice(accounts, passwords, new Throttle(dataSource), clock);
    await dataSource.query('DELETE FROM users');
    await dataSource.query('DELETE FROM throttles');
    await dataSource.query(
      `INSERT INTO users (username, password_hash, permissions) VALUES ('ann', '', '{koreader_sync}')`,
    );
    await dataSource.query(
      `INSERT INTO koreader_accounts (user_id, username, password_hash) SELECT id, 'Ann', $1 FROM users`,
      [hash],
    );
    await dataSource.query(`INSERT INTO device_keys (user_id, key_digest) SELECT user_id, $1 FROM koreader_accounts`, [
      deviceKeyDigest(DEVICE_KEY),
    ]);
  });

  const ask = (key = KEY, username = 'ann', address = '10.0.0.1') => verify.run({ username, keys: [key], address });
  const minutes = (count: number) => count * 60_000;

  it('compares slowly once, and then remembers for some minutes of use', async () => {
    await ask();
    for (let n = 0; n < 20; n += 1) await ask();
    expect(passwords.compared).toBe(1);
    now += minutes(4);
    await ask();
    expect(passwords.compared).toBe(1);
    now += minutes(6);
    await ask();
    expect(passwords.compared).toBe(2);
  });

  it('shares one slow comparison among requests that come together', async () => {
    await Promise.all(Array.from({ length: 10 }, () => ask()));
    expect(passwords.compared).toBe(1);
  });

  it('needs no slow comparison for a device key', async () => {
    expect(await ask(DEVICE_KEY)).toMatchObject({ accountName: 'Ann', deviceKeyId: expect.any(Number) });
    expect(passwords.compared).toBe(0);
  });

  it.each([
    ['another password', `UPDATE koreader_accounts SET version = version + 1, password_hash = 'x'`],
    ['no account', `DELETE FROM koreader_accounts`],
    ['a disabled user', `UPDATE users SET is_enabled = false`],
    ['no permission', `UPDATE users SET permissions = '{download}'`],
  ])('refuses a remembered key on the next request after %s', async (_change, sql) => {
    await ask();
    await dataSource.query(sql);
    await expect(ask()).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('remembers nothing of a wrong key, and compares as often for an unknown name', async () => {
    for (const [key, name] of [
      [WRONG, 'ann'],
      [WRONG, 'ann'],
      [WRONG, 'nobody'],
      [KEY, 'nobody'],
    ] as const) {
      await expect(ask(key, name)).rejects.toMatchObject({ code: 'unauthorized' });
    }
    expect(passwords.compared).toBe(4);
  });

  it('throttles guesses before comparing, and never a key it knows', async () => {
    await ask();
    for (let n = 0; n < 20; n += 1)
      await expect(ask(WRONG, 'ann', `10.0.1.${n}`)).rejects.toMatchObject({ code: 'unauthorized' });
    const compared = passwords.compared;
    await expect(ask(WRONG, 'ann', '10.0.2.1')).rejects.toMatchObject({
      code: 'rate_limited',
      details: { retryAfterSeconds: expect.any(Number) },
    });
    expect(passwords.compared).toBe(compared);
    await expect(ask()).resolves.toMatchObject({ accountName: 'Ann' });
    await expect(ask(DEVICE_KEY)).resolves.toMatchObject({ accountName: 'Ann' });
  });

  it('counts nothing against who is right', async () => {
    for (let n = 0; n < 30; n += 1) {
      now += minutes(6);
      await ask();
    }
    await expect(ask(WRONG)).rejects.toMatchObject({ code: 'unauthorized' });
  });
});
