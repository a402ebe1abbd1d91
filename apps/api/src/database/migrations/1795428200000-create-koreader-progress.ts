import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices, their places in book files and everything that ties a device's document to a file. */
export class CreateKoreaderProgress1795428200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SEQUENCE progress_sequence AS bigint`);
    await runner.query(`
      CREATE TABLE devices (
        user_id integer NOT NULL CONSTRAINT devices_user_fk REFERENCES users (id) ON DELETE CASCADE,
        device_id text NOT NULL,
        name text NOT NULL,
        plugin_version text,
        install_id text,
        device_key_id integer CONSTRAINT devices_key_fk REFERENCES device_keys (id) ON DELETE SET NULL,
        first_seen_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT devices_pk PRIMARY KEY (user_id, device_id)
      )`);
    await runner.query(`CREATE INDEX devices_key_idx ON devices (device_key_id)`);
    await runner.query(`
      CREATE TABLE file_progress (
        user_id integer NOT NULL CONSTRAINT file_progress_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT file_progress_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        source text NOT NULL,
        device_name text NOT NULL,
        percentage double precision NOT NULL,
        xpointer text,
        cfi text,
        kobo_span text,
        page text,
        dom_version integer,
        read_at timestamptz,
        received_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        CONSTRAINT file_progress_pk PRIMARY KEY (user_id, book_file_id),
        CONSTRAINT file_progress_source_known CHECK (source IN ('koreader', 'web', 'kobo')),
        CONSTRAINT file_progress_percentage_range CHECK (percentage BETWEEN 0 AND 1)
      )`);
    await runner.query(`
      CREATE TABLE device_progress (
        user_id integer NOT NULL CONSTRAINT device_progress_user_fk REFERENCES users (id) ON DELETE CASCADE,
        book_file_id integer NOT NULL CONSTRAINT device_progress_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        source text NOT NULL,
        device_name text NOT NULL,
        document text,
        percentage double precision NOT NULL,
        xpointer text,
        cfi text,
        kobo_span text,
        page text,
        dom_version integer,
        read_at timestamptz,
        received_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        CONSTRAINT device_progress_pk PRIMARY KEY (user_id, book_file_id, device_id),
        CONSTRAINT device_progress_source_known CHECK (source IN ('koreader', 'web', 'kobo')),
        CONSTRAINT device_progress_percentage_range CHECK (percentage BETWEEN 0 AND 1)
      )`);
    await runner.query(`
      CREATE TABLE progress_history (
        user_id integer NOT NULL CONSTRAINT progress_history_user_fk REFERENCES users (id) ON DELETE CASCADE,
        sequence bigint NOT NULL,
        book_file_id integer NOT NULL CONSTRAINT progress_history_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        source text NOT NULL,
        device_name text NOT NULL,
        percentage double precision NOT NULL,
        xpointer text,
        cfi text,
        kobo_span text,
        page text,
        read_at timestamptz,
        received_at timestamptz NOT NULL,
        CONSTRAINT progress_history_pk PRIMARY KEY (user_id, sequence),
        CONSTRAINT progress_history_source_known CHECK (source IN ('koreader', 'web', 'kobo'))
      )`);
    await runner.query(`CREATE INDEX progress_history_file_idx ON progress_history (user_id, book_file_id, sequence)`);
    await runner.query(`
      CREATE TABLE parked_progress (
        user_id integer NOT NULL CONSTRAINT parked_progress_user_fk REFERENCES users (id) ON DELETE CASCADE,
        document text NOT NULL,
        device_id text NOT NULL,
        device_name text NOT NULL,
        percentage double precision NOT NULL,
        position text,
        dom_version integer,
        read_at timestamptz,
        received_at timestamptz NOT NULL,
        sequence bigint NOT NULL,
        CONSTRAINT parked_progress_pk PRIMARY KEY (user_id, document, device_id)
      )`);
    await runner.query(`
      CREATE TABLE unmatched_documents (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT unmatched_documents_pk PRIMARY KEY,
        user_id integer NOT NULL CONSTRAINT unmatched_documents_user_fk REFERENCES users (id) ON DELETE CASCADE,
        document text NOT NULL,
        reason text NOT NULL,
        title text,
        authors text,
        filename text,
        device_id text,
        candidate_file_ids integer[] NOT NULL DEFAULT '{}',
        first_seen_at timestamptz NOT NULL,
        last_seen_at timestamptz NOT NULL,
        dismissed_at timestamptz,
        CONSTRAINT unmatched_documents_document_unique UNIQUE (user_id, document),
        CONSTRAINT unmatched_documents_reason_known CHECK (reason IN ('unknown', 'ambiguous'))
      )`);
    await runner.query(`
      CREATE TABLE document_links (
        id integer GENERATED ALWAYS AS IDENTITY CONSTRAINT document_links_pk PRIMARY KEY,
        user_id integer NOT NULL CONSTRAINT document_links_user_fk REFERENCES users (id) ON DELETE CASCADE,
        document text NOT NULL,
        book_file_id integer NOT NULL CONSTRAINT document_links_file_fk REFERENCES book_files (id),
        origin text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT document_links_document_unique UNIQUE (user_id, document),
        CONSTRAINT document_links_origin_known CHECK (origin IN ('manual', 'content'))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'document_links',
      'unmatched_documents',
      'parked_progress',
      'progress_history',
      'device_progress',
      'file_progress',
      'devices',
    ]) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query(`DROP SEQUENCE progress_sequence`);
  }
}
