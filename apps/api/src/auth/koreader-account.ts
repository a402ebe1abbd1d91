import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { KoreaderAccountRepository, type OwnAccount } from './koreader-account.repository.ts';
import { Passwords } from './passwords.ts';
import { Throttle } from './throttle.ts';
import { DEVICE_GUESSES, deviceKeyDigest } from './verify-device.ts';

/** What a user does with their own KOReader account: make it, change it, switch it off, delete it, hand out device keys. */
@Injectable()
export class KoreaderAccounts {
  constructor(
    private readonly transaction: Transaction,
    private readonly accounts: KoreaderAccountRepository,
    private readonly passwords: Passwords,
    private readonly throttle: Throttle,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal `conflict` when the user has one, `name_taken`. */
  async create(userId: number, username: string, password: string): Promise<void> {
    const passwordHash = await this.passwords.hash(passwordKey(password));
    await this.transaction.run(async (tx) => {
      if (await this.accounts.findOfUser(tx, userId)) {
        throw new Refusal('conflict', 'You have a KOReader account already; delete it before you make another.');
      }
      if (!(await this.accounts.create(tx, userId, username, passwordHash, this.clock.now()))) {
        throw new Refusal('name_taken', 'Somebody else uses this name for KOReader; choose another.', {
          field: 'username',
        });
      }
    });
    await this.throttle.forgive(DEVICE_GUESSES, username);
  }

  /** Devices that hold the old password must be given the new one; downloaded plugins keep their own keys. */
  async changePassword(userId: number, password: string): Promise<void> {
    const passwordHash = await this.passwords.hash(passwordKey(password));
    const { username } = await this.transaction.run(async (tx) => {
      await this.accounts.setPassword(tx, userId, passwordHash);
      return this.require(tx, userId);
    });
    await this.throttle.forgive(DEVICE_GUESSES, username);
  }

  /** The kill switch. */
  async setSyncEnabled(userId: number, isSyncEnabled: boolean): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.require(tx, userId);
      await this.accounts.setSyncEnabled(tx, userId, isSyncEnabled);
    });
  }

  /** Disconnects every device; what they sent stays. */
  async delete(userId: number): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.require(tx, userId);
      await this.accounts.delete(tx, userId);
    });
  }

  /** @returns A fresh device key for a download of the plugin, 32 hex, told only this once. */
  async mintDeviceKey(userId: number): Promise<{ username: string; key: string }> {
    const key = randomBytes(16).toString('hex');
    const username = await this.transaction.run(async (tx) => {
      const account = await this.require(tx, userId);
      await this.accounts.addDeviceKey(tx, userId, deviceKeyDigest(key), this.clock.now());
      return account.username;
    });
    return { username, key };
  }

  async revokeDeviceKey(userId: number, deviceKeyId: number): Promise<void> {
    const isKnown = await this.transaction.run((tx) =>
      this.accounts.revokeDeviceKey(tx, userId, deviceKeyId, this.clock.now()),
    );
    if (!isKnown) throw new Refusal('not_found', 'There is no such device key.');
  }

  private async require(tx: EntityManager, userId: number): Promise<OwnAccount> {
    const account = await this.accounts.findOfUser(tx, userId);
    if (!account) throw new Refusal('not_found', 'Create a KOReader account first.');
    return account;
  }
}

/** @returns What KOReader computes from a typed password and sends as key: its md5 in lower-case hex. */
export function passwordKey(password: string): string {
  return createHash('md5').update(password, 'utf8').digest('hex');
}
