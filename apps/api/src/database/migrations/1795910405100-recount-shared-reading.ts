import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Reading sessions to be made anew from their page stats, once; the server does so behind its first requests. Rows that changed hands from a
 * forgotten device, or where the database ordered device ids in its own way, had left their session behind: files read on several devices.
 */
export class RecountSharedReading1795910405100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE session_recounts (
        user_id integer NOT NULL CONSTRAINT session_recounts_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT session_recounts_file_fk REFERENCES book_files (id),
        device_id text COLLATE "C" NOT NULL,
        CONSTRAINT session_recounts_pk PRIMARY KEY (user_id, book_file_id, device_id)
      )`);
    await runner.query(`
      INSERT INTO session_recounts (user_id, book_file_id, device_id)
      SELECT user_id, book_file_id, unnest(devices) FROM (
        SELECT user_id, book_file_id, array_agg(DISTINCT device_id) AS devices FROM reading_sessions WHERE source = 'koreader'
        GROUP BY user_id, book_file_id
      ) AS read WHERE cardinality(devices) > 1`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE session_recounts`);
  }
}
