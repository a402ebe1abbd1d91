import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words of an annotation, and for which content of its file its pointers were looked up; 0: not yet. */
export class AnchorAnnotations1795429400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE annotations ADD COLUMN quote jsonb, ADD COLUMN anchored_content text, ADD COLUMN anchored_by int NOT NULL DEFAULT 0`,
    );
    await runner.query(`CREATE INDEX annotations_anchored_idx ON annotations (anchored_by)`);
    // By which version of the translator a device was told that there is no such place: a newer one may find it.
    await runner.query(`ALTER TABLE annotation_devices ADD COLUMN failed_by int`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotation_devices DROP COLUMN failed_by`);
    await runner.query(`DROP INDEX annotations_anchored_idx`);
    await runner.query(
      `ALTER TABLE annotations DROP COLUMN anchored_by, DROP COLUMN anchored_content, DROP COLUMN quote`,
    );
  }
}
