import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trash is emptied of what has been in it for long, without looking at everything. */
export class FindOldTombstones1795429010000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX annotations_deleted_idx ON annotations (deleted_at) WHERE deleted_at IS NOT NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX annotations_deleted_idx`);
  }
}
