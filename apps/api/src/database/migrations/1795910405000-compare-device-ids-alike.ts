import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['page_stats', 'page_stat_uploads', 'reading_sessions'] as const;

/** Which of two device ids is the smaller decides whose a page stat is: in every database it is the one that JavaScript takes. */
export class CompareDeviceIdsAlike1795910405000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} ALTER COLUMN device_id TYPE text COLLATE "C"`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} ALTER COLUMN device_id TYPE text COLLATE "default"`);
  }
}
