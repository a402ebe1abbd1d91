import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which values of an annotation's fields were replaced: a device that lost what it knew may bring them once more. */
export class KeepFormerValues1795429600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotations ADD COLUMN former text[] NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE annotations DROP COLUMN former`);
  }
}
