import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What happened at each sync, the last sweep of each device, and copies of one device told apart. */
export class CreateSyncFeed1795428600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE devices ADD COLUMN given_name text, ADD COLUMN retired_at timestamptz`);
    await runner.query(`CREATE SEQUENCE sync_feed_id AS bigint`);
    await runner.query(`
      CREATE TABLE sync_feed (
        user_id integer NOT NULL CONSTRAINT sync_feed_user_fk REFERENCES users (id) ON DELETE CASCADE,
        id bigint NOT NULL DEFAULT nextval('sync_feed_id'),
        happened_at timestamptz NOT NULL,
        device_id text NOT NULL,
        exchange text NOT NULL,
        milliseconds integer NOT NULL,
        documents text[] NOT NULL,
        came jsonb NOT NULL,
        went jsonb NOT NULL,
        refused jsonb NOT NULL,
        CONSTRAINT sync_feed_pk PRIMARY KEY (user_id, id)
      )`);
    await runner.query(`CREATE INDEX sync_feed_time_idx ON sync_feed USING brin (happened_at)`);
    await runner.query(`
      CREATE TABLE device_sweeps (
        user_id integer NOT NULL CONSTRAINT device_sweeps_user_fk REFERENCES users (id) ON DELETE CASCADE,
        device_id text NOT NULL,
        swept_at timestamptz NOT NULL,
        books_matched integer NOT NULL,
        page_stats_uploaded integer NOT NULL,
        annotations_upserted integer NOT NULL,
        CONSTRAINT device_sweeps_pk PRIMARY KEY (user_id, device_id)
      )`);
    await runner.query(`
      CREATE TABLE device_installs (
        user_id integer NOT NULL CONSTRAINT device_installs_user_fk REFERENCES users (id) ON DELETE CASCADE,
        device_id text NOT NULL,
        marker text NOT NULL,
        kept_as text NOT NULL,
        first_seen_at timestamptz NOT NULL,
        CONSTRAINT device_installs_pk PRIMARY KEY (user_id, device_id, marker)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['device_installs', 'device_sweeps', 'sync_feed']) await runner.query(`DROP TABLE ${table}`);
    await runner.query(`DROP SEQUENCE sync_feed_id`);
    await runner.query(`ALTER TABLE devices DROP COLUMN given_name, DROP COLUMN retired_at`);
  }
}
