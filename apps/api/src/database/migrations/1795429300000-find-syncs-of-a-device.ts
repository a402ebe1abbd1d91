import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The feed of one device, and the few entries in which something was refused, among very many others. */
export class FindSyncsOfADevice1795429300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX sync_feed_device_idx ON sync_feed (user_id, device_id, id)`);
    await runner.query(`CREATE INDEX sync_feed_refused_idx ON sync_feed (user_id, id) WHERE refused <> '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX sync_feed_refused_idx`);
    await runner.query(`DROP INDEX sync_feed_device_idx`);
  }
}
