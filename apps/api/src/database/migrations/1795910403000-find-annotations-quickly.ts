import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Counting, searching and judging all annotations of somebody without reading every one of them. */
export class FindAnnotationsQuickly1795910403000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX annotations_listed_idx ON annotations (user_id, kind, book_file_id) INCLUDE (color, device_id, source)
       WHERE deleted_at IS NULL AND purged_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX annotations_words_idx ON annotations
       USING gin (lower(coalesce(text, '') || ' ' || coalesce(note, '') || ' ' || coalesce(chapter, '')) gin_trgm_ops)`,
    );
    await runner.query(
      `CREATE INDEX annotation_devices_failed_idx ON annotation_devices (user_id) WHERE failed_version IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX annotation_devices_failed_idx`);
    await runner.query(`DROP INDEX annotations_words_idx`);
    await runner.query(`DROP INDEX annotations_listed_idx`);
  }
}
