import { Injectable } from '@nestjs/common';
import { type NewUser, PERMISSIONS } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { Passwords } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { raiseLibraryVersion } from '../libraries/index.ts';
import { UserRepository } from './user.repository.ts';

/** Makes users: the first admin once, others by an admin. */
@Injectable()
export class CreateUser {
  constructor(
    private readonly transaction: Transaction,
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the first admin, with every permission.
   *
   * @param onCreated Runs in the same transaction.
   * @throws Refusal `setup_done` when there is a user already.
   */
  async createFirstAdmin(
    username: string,
    password: string,
    onCreated: (tx: EntityManager, userId: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    // Asked before the slow hash too: anybody may call this for ever.
    await this.transaction.run((tx) => this.requireNobody(tx));
    const passwordHash = await this.passwords.hash(password);
    await this.transaction.run(async (tx) => {
      await this.users.lockAdmins(tx);
      await this.requireNobody(tx);
      const id = await this.insert(tx, {
        username,
        password: passwordHash,
        permissions: [...PERMISSIONS],
        libraryIds: [],
      });
      await this.users.grantAllLibraries(tx, id);
      await onCreated(tx, id);
    });
  }

  /** @throws Refusal `name_taken`. */
  async create(user: NewUser): Promise<number> {
    const passwordHash = await this.passwords.hash(user.password);
    return this.transaction.run(async (tx) => {
      const id = await this.insert(tx, { ...user, password: passwordHash });
      await this.users.setLibraries(tx, id, user.libraryIds);
      await raiseLibraryVersion(tx);
      return id;
    });
  }

  private async requireNobody(tx: EntityManager): Promise<void> {
    if (await this.users.hasAnyUser(tx)) {
      throw new Refusal('setup_done', 'BookOrbit is set up already; sign in, or ask an admin for an account.');
    }
  }

  private async insert(tx: EntityManager, user: NewUser): Promise<number> {
    const { username, password: passwordHash } = user;
    const permissions = [...new Set(user.permissions)].sort();
    const id = await this.users.create(tx, { username, passwordHash, permissions }, this.clock.now());
    if (id === undefined)
      throw new Refusal('name_taken', 'Somebody else has this name; choose another.', { field: 'username' });
    return id;
  }
}
