import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Places users set by hand, and how far each device has followed. */
export class CreateProgressResets1795428800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE progress_resets (
        user_id integer NOT NULL CONSTRAINT progress_resets_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT progress_resets_file_fk REFERENCES book_files (id),
        target double precision NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT progress_resets_pk PRIMARY KEY (user_id, book_file_id)
      )`);
    await runner.query(`
      CREATE TABLE progress_reset_devices (
        user_id integer NOT NULL,
        book_file_id integer NOT NULL,
        device_id text NOT NULL,
        is_sent boolean NOT NULL DEFAULT false,
        is_released boolean NOT NULL DEFAULT false,
        percentage double precision,
        xpointer text,
        page text,
        CONSTRAINT progress_reset_devices_pk PRIMARY KEY (user_id, book_file_id, device_id),
        CONSTRAINT progress_reset_devices_reset_fk FOREIGN KEY (user_id, book_file_id)
          REFERENCES progress_resets (user_id, book_file_id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE progress_reset_devices`);
    await runner.query(`DROP TABLE progress_resets`);
  }
}
