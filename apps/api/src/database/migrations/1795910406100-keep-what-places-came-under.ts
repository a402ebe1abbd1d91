import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * History knows the document and the DOM version each place came with, so that a link undone takes along what came by it and nothing else; and
 * matches a user undid are not made again.
 */
export class KeepWhatPlacesCameUnder1795910406100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE progress_history ADD COLUMN document text, ADD COLUMN dom_version integer`);
    await runner.query(`
      CREATE TABLE refused_matches (
        user_id integer NOT NULL CONSTRAINT refused_matches_user_fk REFERENCES users (id) ON DELETE CASCADE,
        document text NOT NULL,
        book_file_id integer NOT NULL CONSTRAINT refused_matches_file_fk REFERENCES book_files (id),
        refused_at timestamptz NOT NULL,
        CONSTRAINT refused_matches_pk PRIMARY KEY (user_id, document, book_file_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE refused_matches`);
    await runner.query(`ALTER TABLE progress_history DROP COLUMN document, DROP COLUMN dom_version`);
  }
}
