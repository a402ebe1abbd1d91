import type { MigrationInterface, QueryRunner } from 'typeorm';

/** KOReader's page stats, the reading sessions they make, and the seconds of each day. */
export class CreateReadingSessions1795428300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD COLUMN time_zone text NOT NULL DEFAULT 'UTC'`);
    await runner.query(`
      CREATE TABLE page_stats (
        user_id integer NOT NULL CONSTRAINT page_stats_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL,
        start_time bigint NOT NULL,
        page integer NOT NULL,
        duration integer NOT NULL,
        total_pages integer NOT NULL,
        device_id text NOT NULL,
        CONSTRAINT page_stats_pk PRIMARY KEY (user_id, book_file_id, start_time, page)
      )`);
    await runner.query(`
      CREATE TABLE page_stat_uploads (
        user_id integer NOT NULL CONSTRAINT page_stat_uploads_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT page_stat_uploads_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        watermark bigint NOT NULL,
        row_count integer,
        CONSTRAINT page_stat_uploads_pk PRIMARY KEY (user_id, book_file_id, device_id)
      )`);
    await runner.query(`CREATE SEQUENCE reading_sessions_id AS bigint`);
    await runner.query(`
      CREATE TABLE reading_sessions (
        user_id integer NOT NULL CONSTRAINT reading_sessions_user_fk REFERENCES users (id) ON DELETE CASCADE,
        id bigint NOT NULL DEFAULT nextval('reading_sessions_id'),
        book_file_id integer NOT NULL CONSTRAINT reading_sessions_file_fk REFERENCES book_files (id),
        source text NOT NULL,
        device_id text NOT NULL DEFAULT '',
        start_time bigint NOT NULL,
        end_time bigint NOT NULL,
        duration integer NOT NULL,
        pages integer NOT NULL,
        first_page integer NOT NULL,
        last_page integer NOT NULL,
        total_pages integer NOT NULL,
        is_counted boolean NOT NULL,
        CONSTRAINT reading_sessions_pk PRIMARY KEY (user_id, id),
        CONSTRAINT reading_sessions_source_known CHECK (source IN ('koreader', 'web', 'kobo', 'manual')),
        CONSTRAINT reading_sessions_time_range CHECK (end_time >= start_time)
      )`);
    await runner.query(
      `CREATE INDEX reading_sessions_file_idx ON reading_sessions (user_id, book_file_id, device_id, start_time)`,
    );
    await runner.query(`CREATE INDEX reading_sessions_time_idx ON reading_sessions (user_id, start_time)`);
    await runner.query(`
      CREATE TABLE reading_days (
        user_id integer NOT NULL,
        session_id bigint NOT NULL,
        day date NOT NULL,
        seconds integer NOT NULL,
        CONSTRAINT reading_days_pk PRIMARY KEY (user_id, session_id, day),
        CONSTRAINT reading_days_session_fk FOREIGN KEY (user_id, session_id) REFERENCES reading_sessions (user_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`CREATE INDEX reading_days_day_idx ON reading_days (user_id, day)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['reading_days', 'reading_sessions', 'page_stat_uploads', 'page_stats']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query(`DROP SEQUENCE reading_sessions_id`);
    await runner.query(`ALTER TABLE users DROP COLUMN time_zone`);
  }
}
