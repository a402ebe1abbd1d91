import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { Passwords } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { dataSourceOptions, Transaction } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { CreateUser } from './create-user.ts';
import { UserRepository } from './user.repository.ts';

/** Counts the slow hashes. */
class CountedPasswords extends Passwords {
  hashed = 0;

  override hash(password: string): Promise<string> {
    this.hashed += 1;
    return super.hash(password);
  }
}

describe('CreateUser', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let passwords: CountedPasswords;
  let createUser: CreateUser;
  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    passwords = new CountedPasswords();
    createUser = new CreateUser(new Transaction(dataSource), new UserRepository(), passwords, new Clock());
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const usernames = async () =>
    (await dataSource.query<{ username: string }[]>('SELECT username FROM users ORDER BY id')).map(
      (row) => row.username,
    );

  it('makes one first admin of many that ask at once', async () => {
    const asked = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) => createUser.createFirstAdmin(name, 'password1')),
    );
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await usernames()).toHaveLength(1);
  });

  it('computes no slow hash for whoever asks for set-up afterwards', async () => {
    await createUser.createFirstAdmin('admin', 'password1');
    expect(passwords.hashed).toBe(1);
    for (let n = 0; n < 5; n += 1) {
      await expect(createUser.createFirstAdmin('eve', 'password1')).rejects.toMatchObject({ code: 'setup_done' });
    }
    expect(passwords.hashed).toBe(1);
  });

  it('makes no admin when what belongs to it fails', async () => {
    const failing = createUser.createFirstAdmin('admin', 'password1', () => Promise.reject(new Error('no login')));
    await expect(failing).rejects.toThrow('no login');
    expect(await usernames()).toEqual([]);
  });

  it('takes a name once, whatever its case', async () => {
    const user = { username: 'Ann', password: 'password1', permissions: [], libraryIds: [] };
    await createUser.create(user);
    await expect(createUser.create({ ...user, username: 'ANN' })).rejects.toMatchObject({ code: 'name_taken' });
    expect(await usernames()).toEqual(['Ann']);
  });
});
