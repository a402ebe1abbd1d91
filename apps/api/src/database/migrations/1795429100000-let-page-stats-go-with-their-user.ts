import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Page stats of a user who is deleted go by a trigger. A foreign key would do the same, but it looks the user up for each of a hundred
 * thousand rows, which costs as much as storing them. No row is left behind: whoever stores page stats writes the user's
 * `page_stat_uploads` in the same transaction, whose foreign key waits for a deletion or stops it.
 */
export class LetPageStatsGoWithTheirUser1795429100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION delete_page_stats_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        DELETE FROM page_stats WHERE user_id = OLD.id;
        RETURN NULL;
      END $$`);
    await runner.query(
      `CREATE TRIGGER users_page_stats_trigger AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION delete_page_stats_of_user()`,
    );
    await runner.query(`ALTER TABLE page_stats DROP CONSTRAINT page_stats_user_fk`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE page_stats ADD CONSTRAINT page_stats_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE`,
    );
    await runner.query(`DROP TRIGGER users_page_stats_trigger ON users`);
    await runner.query(`DROP FUNCTION delete_page_stats_of_user`);
  }
}
