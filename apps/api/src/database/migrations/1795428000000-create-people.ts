import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Users, their logins in browsers, their KOReader accounts and the keys of downloaded plugins. */
export class CreatePeople1795428000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE users (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT users_pk PRIMARY KEY,
        username text NOT NULL,
        password_hash text NOT NULL,
        is_enabled boolean NOT NULL DEFAULT true,
        permissions text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz,
        CONSTRAINT users_permissions_known CHECK (permissions <@ ARRAY['koreader_sync', 'kobo_sync', 'opds_access', 'download', 'manage_libraries', 'manage_users'])
      )`);
    await runner.query(`CREATE UNIQUE INDEX users_username_unique ON users (lower(username))`);
    await runner.query(`
      CREATE TABLE logins (
        token_digest bytea CONSTRAINT logins_pk PRIMARY KEY,
        user_id integer NOT NULL CONSTRAINT logins_user_fk REFERENCES users (id) ON DELETE CASCADE,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX logins_user_idx ON logins (user_id)`);
    await runner.query(`CREATE INDEX logins_expires_idx ON logins (expires_at)`);
    await runner.query(`
      CREATE TABLE koreader_accounts (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT koreader_accounts_pk PRIMARY KEY,
        user_id integer NOT NULL CONSTRAINT koreader_accounts_user_fk REFERENCES users (id) ON DELETE CASCADE,
        username text NOT NULL,
        password_hash text NOT NULL,
        is_sync_enabled boolean NOT NULL DEFAULT true,
        version integer NOT NULL DEFAULT 1,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT koreader_accounts_user_unique UNIQUE (user_id)
      )`);
    await runner.query(`CREATE UNIQUE INDEX koreader_accounts_username_unique ON koreader_accounts (lower(username))`);
    await runner.query(`
      CREATE TABLE device_keys (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT device_keys_pk PRIMARY KEY,
        account_id integer NOT NULL CONSTRAINT device_keys_account_fk REFERENCES koreader_accounts (id) ON DELETE CASCADE,
        key_digest bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz,
        revoked_at timestamptz,
        CONSTRAINT device_keys_digest_unique UNIQUE (key_digest)
      )`);
    await runner.query(`CREATE INDEX device_keys_account_idx ON device_keys (account_id)`);
    await runner.query(`
      CREATE TABLE throttles (
        key varchar(255) CONSTRAINT throttles_pk PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['throttles', 'device_keys', 'koreader_accounts', 'logins', 'users']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
