import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What leaves the trash loses its words; what is left of it only keeps a restored backup from bringing it back. */
export class KeepSkeletonsOfTombstones1795429020000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotations ADD COLUMN purged_at timestamptz`);
    await runner.query(`DROP INDEX annotations_deleted_idx`);
    await runner.query(
      `CREATE INDEX annotations_deleted_idx ON annotations (deleted_at) WHERE deleted_at IS NOT NULL AND purged_at IS NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX annotations_deleted_idx`);
    await runner.query(`CREATE INDEX annotations_deleted_idx ON annotations (deleted_at) WHERE deleted_at IS NOT NULL`);
    await runner.query(`ALTER TABLE annotations DROP COLUMN purged_at`);
  }
}
