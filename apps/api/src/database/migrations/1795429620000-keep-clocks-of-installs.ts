import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each installation's clock showed last: a request that was overtaken on its way is known by it. */
export class KeepClocksOfInstalls1795429620000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_installs ADD COLUMN said_at bigint, ADD COLUMN ahead_seconds bigint`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE device_installs DROP COLUMN ahead_seconds, DROP COLUMN said_at`);
  }
}
