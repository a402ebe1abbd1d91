import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Offset tables of books, by the content they were built from. */
export class CreatePositionIndexes1795428700000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE position_indexes (
        book_file_id integer NOT NULL CONSTRAINT position_indexes_file_fk REFERENCES book_files (id) ON DELETE CASCADE,
        content text NOT NULL,
        index_version integer NOT NULL,
        dom_rules integer NOT NULL,
        spine_index integer NOT NULL,
        kind text NOT NULL,
        bytes bytea NOT NULL,
        built_at timestamptz NOT NULL,
        CONSTRAINT position_indexes_pk PRIMARY KEY (book_file_id, content, index_version, dom_rules, spine_index),
        CONSTRAINT position_indexes_kind_known CHECK (kind IN ('document', 'svg', 'placeholder'))
      )`);
    // Packed already: Postgres would only try in vain.
    await runner.query(`ALTER TABLE position_indexes ALTER COLUMN bytes SET STORAGE EXTERNAL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE position_indexes`);
  }
}
