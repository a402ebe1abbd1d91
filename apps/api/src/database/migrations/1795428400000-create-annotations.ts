import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Highlights, notes and dog-ears, what each device has of them, and when it last exchanged them. */
export class CreateAnnotations1795428400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE SEQUENCE annotations_id AS bigint`);
    await runner.query(`
      CREATE TABLE annotations (
        user_id integer NOT NULL CONSTRAINT annotations_user_fk REFERENCES users (id) ON DELETE CASCADE,
        id bigint NOT NULL DEFAULT nextval('annotations_id'),
        book_file_id integer NOT NULL CONSTRAINT annotations_file_fk REFERENCES book_files (id),
        kind text NOT NULL,
        source text NOT NULL,
        device_id text NOT NULL DEFAULT '',
        datetime text NOT NULL,
        drawer text,
        color text,
        web_style text,
        web_color text,
        text text,
        note text,
        chapter text,
        pageno integer,
        xpointer text,
        xpointer_end text,
        dom_version integer,
        cfi text,
        kobo_span text,
        kobo_span_end text,
        pdf text,
        pdf_end text,
        outdated_positions text[] NOT NULL DEFAULT '{}',
        field_times jsonb NOT NULL DEFAULT '{}',
        keys text[] NOT NULL DEFAULT '{}',
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        version integer NOT NULL,
        place_version integer NOT NULL,
        deleted_at timestamptz,
        deleted_by text,
        CONSTRAINT annotations_pk PRIMARY KEY (user_id, id),
        CONSTRAINT annotations_kind_known CHECK (kind IN ('highlight', 'bookmark')),
        CONSTRAINT annotations_source_known CHECK (source IN ('koreader', 'web', 'kobo')),
        CONSTRAINT annotations_drawer_known CHECK (drawer IN ('lighten', 'underscore', 'strikeout', 'invert'))
      )`);
    await runner.query(`CREATE INDEX annotations_file_idx ON annotations (user_id, book_file_id, kind)`);
    await runner.query(`CREATE INDEX annotations_time_idx ON annotations (user_id, created_at, id)`);
    // Checked at the end: a request writes its device's row last, so that all requests lock rows in one order.
    await runner.query(`
      CREATE TABLE annotation_devices (
        user_id integer NOT NULL,
        annotation_id bigint NOT NULL,
        device_id text NOT NULL,
        book_file_id integer NOT NULL,
        has_it boolean NOT NULL,
        key text,
        datetime text NOT NULL,
        base jsonb,
        acked_version integer NOT NULL,
        place_version integer NOT NULL,
        offers jsonb NOT NULL DEFAULT '[]',
        is_delete_offered boolean NOT NULL DEFAULT false,
        times_offered integer NOT NULL DEFAULT 0,
        held_at timestamptz,
        failed_version integer,
        failed_reason text,
        failed_at timestamptz,
        past text[] NOT NULL DEFAULT '{}',
        said_at bigint,
        CONSTRAINT annotation_devices_pk PRIMARY KEY (user_id, annotation_id, device_id),
        CONSTRAINT annotation_devices_annotation_fk FOREIGN KEY (user_id, annotation_id)
          REFERENCES annotations (user_id, id) ON DELETE CASCADE,
        CONSTRAINT annotation_devices_device_fk FOREIGN KEY (user_id, device_id)
          REFERENCES devices (user_id, device_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
      )`);
    await runner.query(`CREATE INDEX annotation_devices_file_idx ON annotation_devices (user_id, book_file_id)`);
    await runner.query(`CREATE INDEX annotation_devices_device_idx ON annotation_devices (user_id, device_id)`);
    await runner.query(`
      CREATE TABLE annotation_syncs (
        user_id integer NOT NULL,
        book_file_id integer NOT NULL CONSTRAINT annotation_syncs_file_fk REFERENCES book_files (id),
        device_id text NOT NULL,
        kind text NOT NULL,
        receives boolean NOT NULL,
        has_protocol boolean NOT NULL,
        dom_version integer,
        synced_at timestamptz NOT NULL,
        CONSTRAINT annotation_syncs_pk PRIMARY KEY (user_id, book_file_id, device_id, kind),
        CONSTRAINT annotation_syncs_device_fk FOREIGN KEY (user_id, device_id)
          REFERENCES devices (user_id, device_id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT annotation_syncs_kind_known CHECK (kind IN ('highlight', 'bookmark'))
      )`);
    await runner.query(`CREATE INDEX annotation_syncs_device_idx ON annotation_syncs (user_id, device_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['annotation_syncs', 'annotation_devices', 'annotations']) {
      await runner.query(`DROP TABLE ${table}`);
    }
    await runner.query(`DROP SEQUENCE annotations_id`);
  }
}
