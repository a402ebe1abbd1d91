import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Status, rating and review of books, the times each was read, and what devices were last known to have. */
export class CreateBookStates1795428500000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE book_states (
        user_id integer NOT NULL CONSTRAINT book_states_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_id integer NOT NULL CONSTRAINT book_states_book_fk REFERENCES books (id),
        status text NOT NULL DEFAULT 'unread',
        status_set_by text,
        status_at timestamptz,
        rating integer,
        rating_at timestamptz,
        review text,
        review_at timestamptz,
        CONSTRAINT book_states_pk PRIMARY KEY (user_id, book_id),
        CONSTRAINT book_states_status_known CHECK (status IN ('unread', 'want_to_read', 'reading', 'on_hold', 'rereading', 'finished', 'abandoned')),
        CONSTRAINT book_states_set_by_known CHECK (status_set_by IN ('user', 'progress')),
        CONSTRAINT book_states_rating_range CHECK (rating BETWEEN 1 AND 5)
      )`);
    await runner.query(`
      CREATE TABLE book_readings (
        user_id integer NOT NULL CONSTRAINT book_readings_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_id integer NOT NULL CONSTRAINT book_readings_book_fk REFERENCES books (id),
        ordinal integer NOT NULL,
        started_at timestamptz,
        ended_at timestamptz,
        outcome text,
        CONSTRAINT book_readings_pk PRIMARY KEY (user_id, book_id, ordinal),
        CONSTRAINT book_readings_outcome_known CHECK (outcome IN ('finished', 'abandoned'))
      )`);
    await runner.query(`CREATE INDEX book_readings_ended_idx ON book_readings (user_id, ended_at)`);
    await runner.query(`
      CREATE TABLE device_book_states (
        user_id integer NOT NULL CONSTRAINT device_book_states_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT device_book_states_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        status text,
        knows_rating boolean NOT NULL DEFAULT false,
        rating integer,
        knows_review boolean NOT NULL DEFAULT false,
        review text,
        CONSTRAINT device_book_states_pk PRIMARY KEY (user_id, book_file_id, device_id)
      )`);
    await runner.query(`
      CREATE TABLE library_status_thresholds (
        library_id integer NOT NULL CONSTRAINT library_status_thresholds_pk PRIMARY KEY
          CONSTRAINT library_status_thresholds_library_fk REFERENCES libraries (id) ON DELETE CASCADE,
        reading double precision NOT NULL,
        finished double precision NOT NULL,
        CONSTRAINT library_status_thresholds_range CHECK (0 <= reading AND reading < finished AND finished <= 1)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['library_status_thresholds', 'device_book_states', 'book_readings', 'book_states']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
