import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When the user last chose a status: an automatic step after it must not let older reading in, nor an older choice. */
export class KeepWhenStatusesWereChosen1795910406000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE book_states ADD COLUMN status_chosen_at timestamptz`);
    await runner.query(`UPDATE book_states SET status_chosen_at = status_at WHERE status_set_by = 'user'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE book_states DROP COLUMN status_chosen_at`);
  }
}
