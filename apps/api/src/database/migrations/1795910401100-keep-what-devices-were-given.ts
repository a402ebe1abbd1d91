import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rating and review a device was last answered with: said back, they are no change of its own. */
export class KeepWhatDevicesWereGiven1795910401100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_book_states ADD COLUMN given_rating integer, ADD COLUMN given_review text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_book_states DROP COLUMN given_rating, DROP COLUMN given_review`);
  }
}
