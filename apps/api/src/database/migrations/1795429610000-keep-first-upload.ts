import type { MigrationInterface, QueryRunner } from 'typeorm';

/** From where on a device uploaded: one that is asked for everything shows by it that it begins anew. */
export class KeepFirstUpload1795429610000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE page_stat_uploads ADD COLUMN first_start bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE page_stat_uploads DROP COLUMN first_start`);
  }
}
