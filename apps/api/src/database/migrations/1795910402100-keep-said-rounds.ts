import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many exchanges a device said it remembers: one that says fewer than before was put back from a backup. */
export class KeepSaidRounds1795910402100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotation_syncs ADD COLUMN said_round integer`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotation_syncs DROP COLUMN said_round`);
  }
}
