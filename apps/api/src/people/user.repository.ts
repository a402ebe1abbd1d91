import { Injectable } from '@nestjs/common';
import type { Permission, UserSummary } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS } from '../database/index.ts';

/** A user with what signing in needs. */
export interface UserRecord {
  readonly id: number;
  readonly username: string;
  readonly passwordHash: string;
  readonly isEnabled: boolean;
  readonly permissions: readonly Permission[];
}

interface UserRow {
  id: number;
  username: string;
  password_hash: string;
  is_enabled: boolean;
  permissions: Permission[];
}

@Injectable()
export class UserRepository {
  /** Held until the transaction ends. */
  async lockAdmins(tx: EntityManager): Promise<void> {
    await tx.query(`SELECT pg_advisory_xact_lock($1)`, [ADVISORY_LOCKS.admins]);
  }

  async hasAnyUser(tx: EntityManager): Promise<boolean> {
    const rows = await tx.query<unknown[]>(`SELECT 1 FROM users LIMIT 1`);
    return rows.length > 0;
  }

  /** Enabled users who may manage users, besides the one named. */
  async hasOtherAdmin(tx: EntityManager, userId: number): Promise<boolean> {
    const rows = await tx.query<unknown[]>(
      `SELECT 1 FROM users WHERE id <> $1 AND is_enabled AND 'manage_users' = ANY (permissions) LIMIT 1`,
      [userId],
    );
    return rows.length > 0;
  }

  async findByName(tx: EntityManager, username: string): Promise<UserRecord | undefined> {
    const [row] = await tx.query<UserRow[]>(`SELECT * FROM users WHERE lower(username) = lower($1)`, [username]);
    return row && userOf(row);
  }

  async findById(tx: EntityManager, id: number): Promise<UserRecord | undefined> {
    const [row] = await tx.query<UserRow[]>(`SELECT * FROM users WHERE id = $1`, [id]);
    return row && userOf(row);
  }

  /** @returns The new id; undefined when the name is taken. */
  async create(tx: EntityManager, user: Omit<UserRecord, 'id' | 'isEnabled'>, now: Date): Promise<number | undefined> {
    const [row] = await tx.query<{ id: number }[]>(
      `INSERT INTO users (username, password_hash, permissions, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING id`,
      [user.username, user.passwordHash, user.permissions, now],
    );
    return row?.id;
  }

  async setPassword(tx: EntityManager, id: number, passwordHash: string): Promise<void> {
    await tx.query(`UPDATE users SET password_hash = $2 WHERE id = $1`, [id, passwordHash]);
  }

  async setEnabled(tx: EntityManager, id: number, isEnabled: boolean): Promise<void> {
    await tx.query(`UPDATE users SET is_enabled = $2 WHERE id = $1`, [id, isEnabled]);
  }

  async setPermissions(tx: EntityManager, id: number, permissions: readonly Permission[]): Promise<void> {
    await tx.query(`UPDATE users SET permissions = $2 WHERE id = $1`, [id, [...new Set(permissions)].sort()]);
  }

  /** Libraries that do not exist (any more) are passed over. */
  async setLibraries(tx: EntityManager, id: number, libraryIds: readonly number[]): Promise<void> {
    await tx.query(`DELETE FROM library_access WHERE user_id = $1 AND NOT library_id = ANY ($2::int[])`, [
      id,
      libraryIds,
    ]);
    await tx.query(
      `INSERT INTO library_access (user_id, library_id)
       SELECT $1, id FROM libraries WHERE id = ANY ($2::int[]) AND deleted_at IS NULL ON CONFLICT DO NOTHING`,
      [id, libraryIds],
    );
  }

  /** Libraries made before there was anybody, by `LIBRARY_PATHS`, belong to whoever comes first. */
  async grantAllLibraries(tx: EntityManager, id: number): Promise<void> {
    await tx.query(
      `INSERT INTO library_access (user_id, library_id) SELECT $1, id FROM libraries WHERE deleted_at IS NULL`,
      [id],
    );
  }

  async delete(tx: EntityManager, id: number): Promise<void> {
    await tx.query(`DELETE FROM users WHERE id = $1`, [id]);
  }

  async list(tx: EntityManager): Promise<UserSummary[]> {
    const rows = await tx.query<(UserRow & { created_at: Date; last_seen_at: Date | null; library_ids: number[] })[]>(
      `SELECT u.*, ARRAY(SELECT a.library_id FROM library_access a JOIN libraries l ON l.id = a.library_id
                         WHERE a.user_id = u.id AND l.deleted_at IS NULL ORDER BY 1) AS library_ids
       FROM users u ORDER BY lower(u.username)`,
    );
    return rows.map((row) => ({
      id: row.id,
      username: row.username,
      isEnabled: row.is_enabled,
      permissions: row.permissions,
      libraryIds: row.library_ids,
      createdAt: row.created_at.toISOString(),
      lastSeenAt: row.last_seen_at?.toISOString(),
    }));
  }
}

function userOf(row: UserRow): UserRecord {
  return {
    id: row.id,
    username: row.username,
    passwordHash: row.password_hash,
    isEnabled: row.is_enabled,
    permissions: row.permissions,
  };
}
