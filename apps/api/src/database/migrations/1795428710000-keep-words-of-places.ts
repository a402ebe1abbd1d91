import type { MigrationInterface, QueryRunner } from 'typeorm';

const TABLES = ['device_progress', 'file_progress'];

/** The words at each stored place, so that it is found again in a file that was rewritten. */
export class KeepWordsOfPlaces1795428710000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) {
      await runner.query(`
        ALTER TABLE ${table}
          ADD COLUMN quote jsonb,
          ADD COLUMN quote_pointer text,
          ADD COLUMN quote_content text`);
    }
    await runner.query(`CREATE INDEX progress_history_sequence_idx ON progress_history (sequence)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX progress_history_sequence_idx`);
    for (const table of TABLES) {
      await runner.query(
        `ALTER TABLE ${table} DROP COLUMN quote_content, DROP COLUMN quote_pointer, DROP COLUMN quote`,
      );
    }
  }
}
