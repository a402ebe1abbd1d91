import { Injectable } from '@nestjs/common';
import type { UserChange } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { Logins, Passwords, Throttle } from '../auth/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { raiseLibraryVersion } from '../libraries/index.ts';
import { WEB_GUESSES } from './sign-in.ts';
import { UserRepository, type UserRecord } from './user.repository.ts';

/** What admins do with users. There is always one enabled user left who may manage users. */
@Injectable()
export class ChangeUser {
  constructor(
    private readonly transaction: Transaction,
    private readonly users: UserRepository,
    private readonly logins: Logins,
    private readonly passwords: Passwords,
    private readonly throttle: Throttle,
  ) {}

  /** Takes effect on the user's next request, in browsers and on devices. */
  async change(id: number, change: UserChange): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.users.lockAdmins(tx);
      const user = await this.require(tx, id);
      const staysAdmin =
        (change.isEnabled ?? user.isEnabled) && (change.permissions ?? user.permissions).includes('manage_users');
      if (!staysAdmin) await this.keepAnAdmin(tx, user);
      if (change.isEnabled !== undefined) await this.users.setEnabled(tx, id, change.isEnabled);
      if (change.isEnabled === false) await this.logins.endAll(tx, id);
      if (change.permissions) await this.users.setPermissions(tx, id, change.permissions);
      if (change.libraryIds) {
        await this.users.setLibraries(tx, id, change.libraryIds);
        await raiseLibraryVersion(tx);
      }
    });
  }

  /** Signs the user out everywhere. */
  async resetPassword(id: number, password: string): Promise<void> {
    const passwordHash = await this.passwords.hash(password);
    const { username } = await this.transaction.run(async (tx) => {
      const user = await this.require(tx, id);
      await this.users.setPassword(tx, id, passwordHash);
      await this.logins.endAll(tx, id);
      return user;
    });
    await this.throttle.forgive(WEB_GUESSES, username);
  }

  /** Erases the user with everything that is theirs, also while their devices sync: those lock the same rows in another order. */
  async delete(id: number): Promise<void> {
    await this.transaction.runPersistently(async (tx) => {
      await this.users.lockAdmins(tx);
      await this.keepAnAdmin(tx, await this.require(tx, id));
      await this.users.delete(tx, id);
    });
  }

  private async keepAnAdmin(tx: EntityManager, user: UserRecord): Promise<void> {
    const isAdmin = user.isEnabled && user.permissions.includes('manage_users');
    if (isAdmin && !(await this.users.hasOtherAdmin(tx, user.id))) {
      throw new Refusal(
        'last_admin',
        'This is the last user who may manage users; give somebody else that permission first.',
      );
    }
  }

  private async require(tx: EntityManager, id: number): Promise<UserRecord> {
    const user = await this.users.findById(tx, id);
    if (!user) throw new Refusal('not_found', 'There is no such user.');
    return user;
  }
}
