import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The key of every table of users' rows begins with the user, by which they can be spread over machines (docs/scale.md). */
export class BeginKeysWithTheUser1795910408000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['document_links', 'unmatched_documents'])
      await runner.query(
        `ALTER TABLE ${table} DROP CONSTRAINT ${table}_pk, ADD CONSTRAINT ${table}_pk PRIMARY KEY (user_id, id)`,
      );
    await runner.query(`
      ALTER TABLE logins DROP CONSTRAINT logins_pk, ADD CONSTRAINT logins_pk PRIMARY KEY (user_id, token_digest),
        ADD CONSTRAINT logins_token_unique UNIQUE (token_digest)`);
    await runner.query(`DROP INDEX logins_user_idx`);

    await runner.query(`ALTER TABLE device_keys ADD COLUMN user_id integer`);
    await runner.query(
      `UPDATE device_keys SET user_id = a.user_id FROM koreader_accounts a WHERE a.id = device_keys.account_id`,
    );
    await runner.query(`ALTER TABLE devices DROP CONSTRAINT devices_key_fk`);
    await runner.query(`DROP INDEX devices_key_idx`);
    await runner.query(`
      ALTER TABLE device_keys ALTER COLUMN user_id SET NOT NULL, DROP COLUMN account_id,
        DROP CONSTRAINT device_keys_pk, ADD CONSTRAINT device_keys_pk PRIMARY KEY (user_id, id),
        DROP CONSTRAINT device_keys_digest_unique, ADD CONSTRAINT device_keys_digest_unique UNIQUE (user_id, key_digest)`);
    await runner.query(`
      ALTER TABLE koreader_accounts DROP CONSTRAINT koreader_accounts_pk,
        ADD CONSTRAINT koreader_accounts_pk PRIMARY KEY (user_id, id)`);
    await runner.query(`
      ALTER TABLE device_keys ADD CONSTRAINT device_keys_account_fk
        FOREIGN KEY (user_id) REFERENCES koreader_accounts (user_id) ON DELETE CASCADE`);
    await runner.query(`
      ALTER TABLE devices ADD CONSTRAINT devices_key_fk
        FOREIGN KEY (user_id, device_key_id) REFERENCES device_keys (user_id, id) ON DELETE SET NULL (device_key_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE devices DROP CONSTRAINT devices_key_fk`);
    await runner.query(`ALTER TABLE device_keys DROP CONSTRAINT device_keys_account_fk`);
    await runner.query(`
      ALTER TABLE koreader_accounts DROP CONSTRAINT koreader_accounts_pk,
        ADD CONSTRAINT koreader_accounts_pk PRIMARY KEY (id)`);
    await runner.query(`ALTER TABLE device_keys ADD COLUMN account_id integer`);
    await runner.query(
      `UPDATE device_keys SET account_id = a.id FROM koreader_accounts a WHERE a.user_id = device_keys.user_id`,
    );
    await runner.query(`
      ALTER TABLE device_keys ALTER COLUMN account_id SET NOT NULL, DROP COLUMN user_id,
        ADD CONSTRAINT device_keys_pk PRIMARY KEY (id), ADD CONSTRAINT device_keys_digest_unique UNIQUE (key_digest),
        ADD CONSTRAINT device_keys_account_fk FOREIGN KEY (account_id) REFERENCES koreader_accounts (id) ON DELETE CASCADE`);
    await runner.query(`CREATE INDEX device_keys_account_idx ON device_keys (account_id)`);
    await runner.query(`
      ALTER TABLE devices ADD CONSTRAINT devices_key_fk
        FOREIGN KEY (device_key_id) REFERENCES device_keys (id) ON DELETE SET NULL`);
    await runner.query(`CREATE INDEX devices_key_idx ON devices (device_key_id)`);

    await runner.query(`CREATE INDEX logins_user_idx ON logins (user_id)`);
    await runner.query(`
      ALTER TABLE logins DROP CONSTRAINT logins_token_unique, DROP CONSTRAINT logins_pk,
        ADD CONSTRAINT logins_pk PRIMARY KEY (token_digest)`);
    for (const table of ['document_links', 'unmatched_documents'])
      await runner.query(
        `ALTER TABLE ${table} DROP CONSTRAINT ${table}_pk, ADD CONSTRAINT ${table}_pk PRIMARY KEY (id)`,
      );
  }
}
