import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Two devices that are the same in id, installation and model are told apart by clocks that take turns. */
export class TellClonesApartByClock1795910402000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_installs ADD COLUMN clocks jsonb, ADD COLUMN clock_of text`);
  }

  /** A copy told apart by its clock alone is its original's again. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DELETE FROM device_installs WHERE clock_of IS NOT NULL`);
    await runner.query(`ALTER TABLE device_installs DROP COLUMN clock_of, DROP COLUMN clocks`);
  }
}
