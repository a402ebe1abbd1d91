import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DirectQuery } from '../database/index.ts';

/** A KOReader account with what decides whether a device may come in. */
export interface DeviceAccount {
  readonly id: number;
  readonly userId: number;
  readonly username: string;
  readonly passwordHash: string;
  /** Raised whenever the password changes. */
  readonly version: number;
  readonly isSyncEnabled: boolean;
  /** The user is enabled and has `koreader_sync`. */
  readonly isAllowed: boolean;
  /** The unrevoked device key among those shown. */
  readonly deviceKeyId?: number;
  readonly deviceKeyLastUsedAt?: Date;
}

/** A user's own account, as the settings page shows it. */
export interface OwnAccount {
  readonly id: number;
  readonly username: string;
  readonly isSyncEnabled: boolean;
  readonly createdAt: Date;
}

interface DeviceAccountRow {
  id: number;
  user_id: number;
  username: string;
  password_hash: string;
  version: number;
  is_sync_enabled: boolean;
  is_allowed: boolean;
  device_key_id: number | null;
  last_used_at: Date | null;
}

const FIND_FOR_DEVICE = `
  SELECT a.id, a.user_id, a.username, a.password_hash, a.version, a.is_sync_enabled,
         u.is_enabled AND 'koreader_sync' = ANY (u.permissions) AS is_allowed,
         k.id AS device_key_id, k.last_used_at
  FROM koreader_accounts a
  JOIN users u ON u.id = a.user_id
  LEFT JOIN device_keys k ON k.user_id = a.user_id AND k.key_digest = ANY ($2) AND k.revoked_at IS NULL
  WHERE lower(a.username) = lower($1)
  LIMIT 1`;

@Injectable()
export class KoreaderAccountRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly direct: DirectQuery,
  ) {}

  /** @param keyDigests SHA-256 digests of the keys the device showed. */
  async findForDevice(username: string, keyDigests: readonly Buffer[]): Promise<DeviceAccount | undefined> {
    const [row] = await this.direct.rows<DeviceAccountRow>(FIND_FOR_DEVICE, [username, keyDigests]);
    return row && deviceAccountOf(row);
  }

  async findOfUser(tx: EntityManager, userId: number): Promise<OwnAccount | undefined> {
    const [row] = await tx.query<{ id: number; username: string; is_sync_enabled: boolean; created_at: Date }[]>(
      `SELECT id, username, is_sync_enabled, created_at FROM koreader_accounts WHERE user_id = $1`,
      [userId],
    );
    return row && { id: row.id, username: row.username, isSyncEnabled: row.is_sync_enabled, createdAt: row.created_at };
  }

  /** @returns Whether it was made: not when the name is taken or the user has one already. */
  async create(tx: EntityManager, userId: number, username: string, passwordHash: string, now: Date): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `INSERT INTO koreader_accounts (user_id, username, password_hash, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
      [userId, username, passwordHash, now],
    );
    return rows.length > 0;
  }

  async setPassword(tx: EntityManager, userId: number, passwordHash: string): Promise<void> {
    await tx.query(`UPDATE koreader_accounts SET password_hash = $2, version = version + 1 WHERE user_id = $1`, [
      userId,
      passwordHash,
    ]);
  }

  async setSyncEnabled(tx: EntityManager, userId: number, isSyncEnabled: boolean): Promise<void> {
    await tx.query(`UPDATE koreader_accounts SET is_sync_enabled = $2 WHERE user_id = $1`, [userId, isSyncEnabled]);
  }

  async delete(tx: EntityManager, userId: number): Promise<void> {
    await tx.query(`DELETE FROM koreader_accounts WHERE user_id = $1`, [userId]);
  }

  async addDeviceKey(tx: EntityManager, userId: number, keyDigest: Buffer, now: Date): Promise<void> {
    await tx.query(`INSERT INTO device_keys (user_id, key_digest, created_at) VALUES ($1, $2, $3)`, [
      userId,
      keyDigest,
      now,
    ]);
  }

  /** @returns Whether the user has such a key. */
  async revokeDeviceKey(tx: EntityManager, userId: number, deviceKeyId: number, now: Date): Promise<boolean> {
    const [, changed] = await tx.query<[unknown[], number]>(
      `UPDATE device_keys SET revoked_at = coalesce(revoked_at, $3) WHERE user_id = $1 AND id = $2`,
      [userId, deviceKeyId, now],
    );
    return changed > 0;
  }

  async noteDeviceKeyUse(userId: number, deviceKeyId: number, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE device_keys SET last_used_at = greatest(last_used_at, $3) WHERE user_id = $1 AND id = $2`,
      [userId, deviceKeyId, now],
    );
  }
}

function deviceAccountOf(row: DeviceAccountRow): DeviceAccount {
  return {
    id: row.id,
    userId: row.user_id,
    username: row.username,
    passwordHash: row.password_hash,
    version: row.version,
    isSyncEnabled: row.is_sync_enabled,
    isAllowed: row.is_allowed,
    deviceKeyId: row.device_key_id ?? undefined,
    deviceKeyLastUsedAt: row.last_used_at ?? undefined,
  };
}
