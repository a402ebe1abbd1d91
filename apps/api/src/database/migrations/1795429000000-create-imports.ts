import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Files of KOReader devices that come in by hand, what they say, and what came of it; and which annotations a device had by itself. */
export class CreateImports1795429000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE devices ADD COLUMN kind text NOT NULL DEFAULT 'koreader'
        CONSTRAINT devices_kind_known CHECK (kind IN ('koreader', 'import'))`);
    await runner.query(`ALTER TABLE annotation_devices ADD COLUMN is_own boolean NOT NULL DEFAULT false`);
    // Of what devices have so far nobody knows how they came to it: theirs, so that nothing is taken from them.
    await runner.query(`UPDATE annotation_devices SET is_own = has_it`);
    await runner.query(`CREATE SEQUENCE imports_id AS bigint`);
    await runner.query(`
      CREATE TABLE imports (
        user_id integer NOT NULL CONSTRAINT imports_user_fk REFERENCES users (id) ON DELETE CASCADE,
        id bigint NOT NULL DEFAULT nextval('imports_id'),
        state text NOT NULL CONSTRAINT imports_state_known
          CHECK (state IN ('reading', 'ready', 'applying', 'applied', 'undoing', 'undone', 'failed')),
        device_id text NOT NULL,
        device_name text NOT NULL,
        files jsonb NOT NULL,
        done integer NOT NULL DEFAULT 0,
        total integer NOT NULL DEFAULT 0,
        totals jsonb,
        undo jsonb,
        problem text,
        created_at timestamptz NOT NULL,
        applied_at timestamptz,
        undone_at timestamptz,
        expires_at timestamptz NOT NULL,
        CONSTRAINT imports_pk PRIMARY KEY (user_id, id)
      )`);
    await runner.query(`CREATE INDEX imports_expires_idx ON imports (expires_at)`);
    await runner.query(`
      CREATE TABLE import_documents (
        user_id integer NOT NULL,
        import_id bigint NOT NULL,
        document text NOT NULL,
        said jsonb NOT NULL,
        step text NOT NULL DEFAULT '' CONSTRAINT import_documents_step_known CHECK (step IN ('', 'reading', 'applying', 'undoing')),
        outcome jsonb,
        journal jsonb,
        CONSTRAINT import_documents_pk PRIMARY KEY (user_id, import_id, document),
        CONSTRAINT import_documents_import_fk FOREIGN KEY (user_id, import_id) REFERENCES imports (user_id, id) ON DELETE CASCADE
      )`);
    await runner.query(`
      CREATE TABLE import_page_stats (
        user_id integer NOT NULL,
        import_id bigint NOT NULL,
        document text NOT NULL,
        part integer NOT NULL,
        pages integer[] NOT NULL,
        start_times bigint[] NOT NULL,
        durations integer[] NOT NULL,
        total_pages integer[] NOT NULL,
        CONSTRAINT import_page_stats_pk PRIMARY KEY (user_id, import_id, document, part),
        CONSTRAINT import_page_stats_import_fk FOREIGN KEY (user_id, import_id) REFERENCES imports (user_id, id) ON DELETE CASCADE
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['import_page_stats', 'import_documents', 'imports']) await runner.query(`DROP TABLE ${table}`);
    await runner.query(`DROP SEQUENCE imports_id`);
    await runner.query(`ALTER TABLE annotation_devices DROP COLUMN is_own`);
    await runner.query(`ALTER TABLE devices DROP COLUMN kind`);
  }
}
