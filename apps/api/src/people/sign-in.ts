import { Injectable } from '@nestjs/common';
import type { PasswordChange } from '@bookorbit/contracts';
import type { Request, Response } from 'express';
import { DataSource } from 'typeorm';
import { Logins, Passwords, Throttle } from '../auth/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { UserRepository } from './user.repository.ts';

/** Scope in which wrong passwords of people are counted. */
export const WEB_GUESSES = 'web';

/** Signing in with a password, and changing one's own. */
@Injectable()
export class SignIn {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly users: UserRepository,
    private readonly passwords: Passwords,
    private readonly throttle: Throttle,
    private readonly logins: Logins,
  ) {}

  /** @throws Refusal `wrong_password`, the same for an unknown name, a wrong password and a disabled user; `rate_limited`. */
  async run(username: string, password: string, request: Request, response: Response): Promise<number> {
    const user = await this.users.findByName(this.dataSource.manager, username);
    const isRight = await this.throttle.guess(WEB_GUESSES, username, request.ip ?? 'unknown', () =>
      this.passwords.isRight(password, user?.passwordHash),
    );
    if (!user || !isRight || !user.isEnabled)
      throw new Refusal('wrong_password', 'Name or password is wrong, or the account is disabled.');
    await this.transaction.run((tx) => this.logins.begin(tx, user.id, request, response));
    return user.id;
  }

  /** Signs every other browser out and this one in anew. */
  async changePassword(userId: number, change: PasswordChange, request: Request, response: Response): Promise<void> {
    const user = await this.users.findById(this.dataSource.manager, userId);
    if (!user) throw new Refusal('unauthorized', 'Sign in first.');
    const isRight = await this.throttle.guess(WEB_GUESSES, user.username, request.ip ?? 'unknown', () =>
      this.passwords.isRight(change.currentPassword, user.passwordHash),
    );
    // Not 401: the login is fine, so the page must not take the person for signed out.
    if (!isRight) throw new Refusal('invalid_field', 'The current password is wrong.', { field: 'currentPassword' });
    const passwordHash = await this.passwords.hash(change.newPassword);
    await this.transaction.run(async (tx) => {
      await this.users.setPassword(tx, userId, passwordHash);
      await this.logins.endAll(tx, userId);
      await this.logins.begin(tx, userId, request, response);
    });
  }
}
