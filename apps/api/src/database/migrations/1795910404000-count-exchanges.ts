import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How often a device exchanged a file's annotations: by it a device notices that the server was restored from a backup. */
export class CountExchanges1795910404000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotation_syncs ADD COLUMN rounds integer NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotation_syncs DROP COLUMN rounds`);
  }
}
