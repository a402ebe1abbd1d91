import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which plugin reported a device's last run over all books: the device may have been updated since. */
export class KeepPluginVersionOfSweeps1795429200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_sweeps ADD COLUMN plugin_version text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_sweeps DROP COLUMN plugin_version`);
  }
}
