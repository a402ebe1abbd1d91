import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Permission } from '@bookorbit/contracts';
import { pino } from 'pino';
import { DataSource } from 'typeorm';
import { KoreaderAccounts, Passwords } from '../../auth/index.ts';
import { Clock } from '../../clock/index.ts';
import { readEnvironment } from '../../config/index.ts';
import type { DatabaseConnection } from '../../database/index.ts';
import { createTestReader, type TestReader } from '../../database/test-reader.ts';
import { createServer } from '../../server.ts';

/** Somebody with books, devices and a browser. */
export interface Person extends TestReader {
  readonly account: string;
  /** What its devices are set up with. */
  readonly paired: { readonly origins: readonly string[]; readonly username: string; readonly key: string };
  readonly get: <T>(path: string) => Promise<T>;
  readonly send: (method: string, path: string, body?: object) => Promise<number>;
  /** An answer that goes on, until it is aborted. */
  readonly stream: (path: string, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  /** An answer as it comes. */
  readonly ask: (method: string, path: string, body?: object) => Promise<Response>;
}

/** A database of a spec's own. */
export interface SpecDatabase {
  readonly connection: DatabaseConnection;
  drop(): Promise<void>;
}

/** The whole server, at a time specs set. */
export class SpecServer {
  now = new Date(1_795_000_003_000);
  private people = 0;

  private constructor(
    private readonly app: NestExpressApplication,
    private readonly database: SpecDatabase,
    readonly origin: string,
  ) {}

  /** @param database Goes with the server. */
  static async start(database: SpecDatabase): Promise<SpecServer> {
    const environment = readEnvironment({
      LOG_LEVEL: 'silent',
      DATA_DIR: mkdtempSync(join(tmpdir(), 'bookorbit-spec-')),
    });
    const app = await createServer(environment, database.connection, pino({ level: 'silent' }));
    await app.listen(0, '127.0.0.1');
    const server = new SpecServer(app, database, await app.getUrl());
    app.get(Clock).now = () => server.now;
    return server;
  }

  get dataSource(): DataSource {
    return this.app.get(DataSource);
  }

  /** A provider of the server. */
  get<T>(type: Type<T>): T {
    return this.app.get(type);
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.database.drop();
  }

  async addPerson(books = 1, permissions: readonly Permission[] = ['koreader_sync']): Promise<Person> {
    this.people += 1;
    const reader = await createTestReader(this.dataSource, books);
    // Books lay there before anything was read in them.
    await this.dataSource.query(`UPDATE book_files SET added_at = '2026-01-01', content_changed_at = '2026-01-01'`);
    const account = `account ${this.people}`;
    const accounts = this.app.get(KoreaderAccounts);
    await accounts.create(reader.userId, account, 'device password');
    const { username, key } = await accounts.mintDeviceKey(reader.userId);
    const cookie = await this.signIn(reader.userId, permissions);
    const ask = (method: string, path: string, body?: object, signal?: AbortSignal) =>
      fetch(`${this.origin}/api/v1/${path}`, {
        method,
        signal,
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
    return {
      ...reader,
      account,
      paired: { origins: [this.origin], username, key },
      get: async <T>(path: string) => {
        const response = await ask('GET', path);
        if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
        return (await response.json()) as T;
      },
      ask,
      stream: async (path, signal) => {
        const { body } = await ask('GET', path, undefined, signal);
        if (!body) throw new Error(`GET ${path} has no body`);
        return body;
      },
      send: async (method, path, body) => (await ask(method, path, body)).status,
    };
  }

  /** A login like those the sign-in page begins. */
  private async signIn(userId: number, permissions: readonly Permission[]): Promise<string> {
    const password = 'web password';
    const [{ username }]: [{ username: string }] = await this.dataSource.query(
      `SELECT username FROM users WHERE id = $1`,
      [userId],
    );
    await this.dataSource.query(`UPDATE users SET password_hash = $2, permissions = $3 WHERE id = $1`, [
      userId,
      await this.app.get(Passwords).hash(password),
      permissions,
    ]);
    const response = await fetch(`${this.origin}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok) throw new Error(`signing in answered ${response.status}`);
    return response.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; ');
  }
}
