import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { Permission } from '@bookorbit/contracts';
import type { Request, Response } from 'express';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import type { UserPrincipal } from './principals.ts';

const COOKIE = 'bookorbit_login';
const LIFETIME_MS = 30 * 24 * 3600_000;
/** How often the last use of a login is written down, which also prolongs it. */
const LAST_SEEN_EVERY_MS = 5 * 60_000;

interface LoginRow {
  user_id: number;
  username: string;
  permissions: Permission[];
  last_seen_at: Date;
}

/** Logins of people in browsers: a random token in an httpOnly cookie, its digest in the database. */
@Injectable()
export class Logins {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  /** @returns Who is signed in, if the login lives and the user is enabled. */
  async find(request: Request): Promise<UserPrincipal | undefined> {
    const token = tokenOf(request);
    if (token === undefined) return undefined;
    const now = this.clock.now();
    const digest = digestOf(token);
    const [row]: LoginRow[] = await this.dataSource.query(
      `SELECT u.id AS user_id, u.username, u.permissions, l.last_seen_at
       FROM logins l JOIN users u ON u.id = l.user_id
       WHERE l.token_digest = $1 AND l.expires_at > $2 AND u.is_enabled`,
      [digest, now],
    );
    if (!row) return undefined;
    if (now.getTime() - row.last_seen_at.getTime() > LAST_SEEN_EVERY_MS) await this.prolong(row.user_id, digest, now);
    return { userId: row.user_id, username: row.username, permissions: row.permissions };
  }

  /** Signs the user in in this browser. */
  async begin(tx: EntityManager, userId: number, request: Request, response: Response): Promise<void> {
    const now = this.clock.now();
    const token = randomBytes(32).toString('base64url');
    await tx.query(`DELETE FROM logins WHERE expires_at <= $1`, [now]);
    await tx.query(
      `INSERT INTO logins (token_digest, user_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $3, $4)`,
      [digestOf(token), userId, now, new Date(now.getTime() + LIFETIME_MS)],
    );
    await tx.query(`UPDATE users SET last_seen_at = $2 WHERE id = $1`, [userId, now]);
    setCookie(request, response, token, LIFETIME_MS / 1000);
  }

  /** Signs this browser out. */
  async end(request: Request, response: Response): Promise<void> {
    const token = tokenOf(request);
    if (token !== undefined)
      await this.dataSource.query(`DELETE FROM logins WHERE token_digest = $1`, [digestOf(token)]);
    setCookie(request, response, '', 0);
  }

  /** Signs the user out everywhere. */
  async endAll(tx: EntityManager, userId: number): Promise<void> {
    await tx.query(`DELETE FROM logins WHERE user_id = $1`, [userId]);
  }

  private async prolong(userId: number, digest: Buffer, now: Date): Promise<void> {
    await this.dataSource.query(
      `UPDATE logins SET last_seen_at = $3, expires_at = $4 WHERE user_id = $1 AND token_digest = $2`,
      [userId, digest, now, new Date(now.getTime() + LIFETIME_MS)],
    );
    await this.dataSource.query(`UPDATE users SET last_seen_at = $2 WHERE id = $1`, [userId, now]);
  }
}

function tokenOf(request: Request): string | undefined {
  return parseCookie(request.headers.cookie ?? '')[COOKIE] || undefined;
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function setCookie(request: Request, response: Response, value: string, maxAge: number): void {
  response.append(
    'Set-Cookie',
    stringifySetCookie({
      name: COOKIE,
      value,
      httpOnly: true,
      sameSite: 'lax',
      secure: request.secure,
      path: '/',
      maxAge,
    }),
  );
}
