import { createHmac, createSecretKey, hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.ts';
import { Refusal } from '../http/index.ts';
import { type DeviceAccount, KoreaderAccountRepository } from './koreader-account.repository.ts';
import { Passwords } from './passwords.ts';
import type { DevicePrincipal } from './principals.ts';
import { Throttle } from './throttle.ts';

/** What a device shows to prove itself. */
export interface DeviceCredentials {
  readonly username: string;
  /** 32 hex, lower case: the md5 of the account's password, or a device key. Several where a Basic secret can be read both ways. */
  readonly keys: readonly string[];
  /** Address the request came from. */
  readonly address: string;
}

/** Scope in which wrong keys of KOReader accounts are counted. */
export const DEVICE_GUESSES = 'koreader';
/** How long a password key found right is remembered after its last use. */
const REMEMBER_MS = 5 * 60_000;
/** How often the last use of a device key is written down. */
const LAST_USED_EVERY_MS = 60_000;

interface RememberedKey {
  readonly digest: Buffer;
  readonly accountVersion: number;
  expiresAt: number;
}

/**
 * Says which KOReader account a device belongs to (`protocol.md` section 1).
 *
 * The account row is read at every request, so that deleting it, changing its password, revoking a key, disabling the user or taking
 * the permission works at once in every process. Only the slow comparison of a right password key is remembered, as a keyed digest.
 */
@Injectable()
export class VerifyDevice {
  // A key object: Node takes six times as long to make an HMAC with a key of plain bytes.
  private readonly secret = createSecretKey(randomBytes(32));
  private readonly remembered = new Map<number, RememberedKey>();
  private readonly underWay = new Map<string, Promise<boolean>>();

  constructor(
    private readonly accounts: KoreaderAccountRepository,
    private readonly passwords: Passwords,
    private readonly throttle: Throttle,
    private readonly clock: Clock,
  ) {}

  /** @throws Refusal `unauthorized`, the same for an unknown name, a wrong key and a user who may not sync; `rate_limited`. */
  async run(credentials: DeviceCredentials): Promise<DevicePrincipal> {
    const account = await this.accounts.findForDevice(credentials.username, credentials.keys.map(deviceKeyDigest));
    const isRight = account?.deviceKeyId !== undefined || (await this.isPasswordKey(account, credentials));
    if (!account || !isRight || !account.isAllowed) throw unauthorized();
    await this.noteUse(account);
    return {
      userId: account.userId,
      accountName: account.username,
      deviceKeyId: account.deviceKeyId,
      isSyncEnabled: account.isSyncEnabled,
    };
  }

  private async isPasswordKey(account: DeviceAccount | undefined, credentials: DeviceCredentials): Promise<boolean> {
    if (account && credentials.keys.some((key) => this.isRemembered(account, key))) return true;
    // Requests of one device often arrive together: they share one slow comparison.
    const guess = this.digestOf([credentials.username, account?.version, ...credentials.keys].join('\n')).toString(
      'base64',
    );
    const running = this.underWay.get(guess) ?? this.guess(account, credentials);
    this.underWay.set(guess, running);
    try {
      return await running;
    } finally {
      this.underWay.delete(guess);
    }
  }

  private guess(account: DeviceAccount | undefined, credentials: DeviceCredentials): Promise<boolean> {
    return this.throttle.guess(DEVICE_GUESSES, credentials.username, credentials.address, async () => {
      const keys = credentials.keys.length > 0 ? credentials.keys : [''];
      let rightKey: string | undefined;
      // Every key is compared, so that the time taken does not tell an unknown name from a wrong key.
      for (const key of keys) {
        if (await this.passwords.isRight(key, account?.passwordHash)) rightKey = key;
      }
      if (account && rightKey !== undefined) this.remember(account, rightKey);
      return rightKey !== undefined;
    });
  }

  private isRemembered(account: DeviceAccount, key: string): boolean {
    const known = this.remembered.get(account.id);
    const now = this.clock.now().getTime();
    if (!known || known.expiresAt < now || known.accountVersion !== account.version) return false;
    if (!timingSafeEqual(known.digest, this.digestOf(key))) return false;
    known.expiresAt = now + REMEMBER_MS;
    return true;
  }

  private remember(account: DeviceAccount, key: string): void {
    const now = this.clock.now().getTime();
    for (const [id, known] of this.remembered) {
      if (known.expiresAt < now) this.remembered.delete(id);
    }
    this.remembered.set(account.id, {
      digest: this.digestOf(key),
      accountVersion: account.version,
      expiresAt: now + REMEMBER_MS,
    });
  }

  private digestOf(text: string): Buffer {
    return createHmac('sha256', this.secret).update(text).digest();
  }

  private async noteUse(account: DeviceAccount): Promise<void> {
    const now = this.clock.now();
    if (account.deviceKeyId === undefined) return;
    if (account.deviceKeyLastUsedAt && now.getTime() - account.deviceKeyLastUsedAt.getTime() < LAST_USED_EVERY_MS)
      return;
    await this.accounts.noteDeviceKeyUse(account.userId, account.deviceKeyId, now);
  }
}

/** @returns The digest under which a device key is kept: it is random, so a fast one is enough. */
export function deviceKeyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

function unauthorized(): Refusal {
  return new Refusal(
    'unauthorized',
    'Name or key is wrong, or this account may not sync; check both in BookOrbit under Settings › Integrations › KOReader.',
  );
}
