import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Chapters that could not be unpacked when somebody's place was looked for in them, by the content of their file. */
export class KeepDamagedChapters1795910407000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE damaged_chapters (
        book_file_id integer NOT NULL CONSTRAINT damaged_chapters_file_fk REFERENCES book_files (id) ON DELETE CASCADE,
        content text NOT NULL,
        spine_index integer NOT NULL,
        name text NOT NULL,
        found_at timestamptz NOT NULL,
        CONSTRAINT damaged_chapters_pk PRIMARY KEY (book_file_id, content, spine_index)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE damaged_chapters`);
  }
}
