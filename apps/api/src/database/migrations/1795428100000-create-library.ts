import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Libraries, who may read them, their books and book files, every fingerprint a file has or had, and scans. */
export class CreateLibrary1795428100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    for (const statement of [...LIBRARIES, ...BOOKS, ...BOOK_FILES, ...IDENTITIES, ...SCANS]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Children first. The extension stays: it may have been there before.
    for (const table of [
      'scan_sightings',
      'pending_reads',
      'scans',
      'library_version',
      'file_content_parts',
      'file_identities',
      'book_files',
      'books',
      'library_access',
      'library_folders',
      'libraries',
    ]) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}

const LIBRARIES = [
  `CREATE TABLE libraries (
    id integer GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT libraries_pk PRIMARY KEY (id)
  )`,
  // A folder left out of a library stays as a row, because its files do: they keep what people read in them.
  `CREATE TABLE library_folders (
    id integer GENERATED ALWAYS AS IDENTITY,
    library_id integer NOT NULL,
    path text NOT NULL,
    problem text,
    removed_at timestamptz,
    CONSTRAINT library_folders_pk PRIMARY KEY (id),
    CONSTRAINT library_folders_library_fk FOREIGN KEY (library_id) REFERENCES libraries (id)
  )`,
  // md5, because a path may be longer than an index entry.
  `CREATE UNIQUE INDEX library_folders_path_unique ON library_folders (library_id, md5(path)) WHERE removed_at IS NULL`,
  `CREATE TABLE library_access (
    user_id integer NOT NULL,
    library_id integer NOT NULL,
    CONSTRAINT library_access_pk PRIMARY KEY (user_id, library_id),
    CONSTRAINT library_access_user_fk FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT library_access_library_fk FOREIGN KEY (library_id) REFERENCES libraries (id) ON DELETE CASCADE
  )`,
  `CREATE INDEX library_access_library_idx ON library_access (library_id)`,
];

const BOOKS = [
  `CREATE TABLE books (
    id integer GENERATED ALWAYS AS IDENTITY,
    library_id integer NOT NULL,
    title text NOT NULL,
    sort_title text NOT NULL,
    authors text[] NOT NULL DEFAULT '{}',
    author_sort text NOT NULL DEFAULT '',
    series text,
    series_sort text NOT NULL DEFAULT '',
    series_index double precision,
    language text,
    isbn text,
    identifiers text[] NOT NULL DEFAULT '{}',
    publisher text,
    published text,
    description text,
    search text NOT NULL,
    group_key character(32),
    formats text[] NOT NULL DEFAULT '{}',
    has_problem boolean NOT NULL DEFAULT false,
    is_missing boolean NOT NULL DEFAULT false,
    is_listed boolean NOT NULL DEFAULT true,
    cover_version integer NOT NULL DEFAULT 0,
    added_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT books_pk PRIMARY KEY (id),
    CONSTRAINT books_library_fk FOREIGN KEY (library_id) REFERENCES libraries (id)
  )`,
  `CREATE INDEX books_library_idx ON books (library_id)`,
  `CREATE INDEX books_group_idx ON books (library_id, group_key)`,
  `CREATE INDEX books_title_idx ON books (sort_title, id)`,
  `CREATE INDEX books_author_idx ON books ((author_sort = ''), author_sort, sort_title, id)`,
  `CREATE INDEX books_series_idx ON books ((series_sort = ''), series_sort, series_index, sort_title, id)`,
  `CREATE INDEX books_added_idx ON books (added_at, id)`,
  `CREATE INDEX books_search_idx ON books USING gin (search gin_trgm_ops)`,
];

const BOOK_FILES = [
  `CREATE TABLE book_files (
    id integer GENERATED ALWAYS AS IDENTITY,
    book_id integer NOT NULL,
    library_id integer,
    folder_id integer NOT NULL,
    path text NOT NULL,
    stem_key character(32) NOT NULL,
    name text NOT NULL,
    name_md5 character(32) NOT NULL,
    format text NOT NULL,
    size bigint NOT NULL,
    mtime_ms bigint NOT NULL,
    inode text NOT NULL,
    fingerprint character(32),
    content_signature text[],
    title text NOT NULL,
    title_from text NOT NULL,
    authors text[] NOT NULL DEFAULT '{}',
    identifiers text[] NOT NULL DEFAULT '{}',
    spine_items integer,
    page_count integer,
    has_cover boolean NOT NULL DEFAULT false,
    problem_code text,
    problem_message text,
    is_primary boolean NOT NULL DEFAULT false,
    missing_since timestamptz,
    added_at timestamptz NOT NULL,
    content_changed_at timestamptz NOT NULL,
    reader_version integer NOT NULL,
    CONSTRAINT book_files_pk PRIMARY KEY (id),
    CONSTRAINT book_files_book_fk FOREIGN KEY (book_id) REFERENCES books (id),
    CONSTRAINT book_files_library_fk FOREIGN KEY (library_id) REFERENCES libraries (id),
    CONSTRAINT book_files_folder_fk FOREIGN KEY (folder_id) REFERENCES library_folders (id),
    CONSTRAINT book_files_format_known CHECK (format IN ('epub', 'kepub', 'pdf', 'cbz', 'fb2', 'mobi', 'azw3')),
    CONSTRAINT book_files_title_from_known CHECK (title_from IN ('content', 'name'))
  )`,
  // A path has one file at a time; those that lay there before keep their row and its path.
  `CREATE UNIQUE INDEX book_files_path_unique ON book_files (folder_id, md5(path)) WHERE missing_since IS NULL`,
  `CREATE INDEX book_files_path_idx ON book_files (folder_id, md5(path))`,
  `CREATE INDEX book_files_stem_idx ON book_files (folder_id, stem_key)`,
  `CREATE INDEX book_files_inode_idx ON book_files (inode)`,
  `CREATE INDEX book_files_fingerprint_idx ON book_files (fingerprint)`,
  `CREATE INDEX book_files_name_md5_idx ON book_files (name_md5)`,
  `CREATE INDEX book_files_book_idx ON book_files (book_id)`,
  `CREATE INDEX book_files_library_idx ON book_files (library_id)`,
];

const IDENTITIES = [
  `CREATE TABLE file_identities (
    fingerprint character(32) NOT NULL,
    book_file_id integer NOT NULL,
    origin text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT file_identities_pk PRIMARY KEY (fingerprint, book_file_id),
    CONSTRAINT file_identities_book_file_fk FOREIGN KEY (book_file_id) REFERENCES book_files (id) ON DELETE CASCADE,
    CONSTRAINT file_identities_origin_known CHECK (origin IN ('scan', 'rewrite', 'kepub', 'download'))
  )`,
  `CREATE INDEX file_identities_book_file_idx ON file_identities (book_file_id)`,
  `CREATE TABLE file_content_parts (
    part text NOT NULL,
    book_file_id integer NOT NULL,
    size bigint NOT NULL,
    CONSTRAINT file_content_parts_pk PRIMARY KEY (part, book_file_id),
    CONSTRAINT file_content_parts_book_file_fk
      FOREIGN KEY (book_file_id) REFERENCES book_files (id) ON DELETE CASCADE
  )`,
  `CREATE INDEX file_content_parts_book_file_idx ON file_content_parts (book_file_id)`,
  `CREATE TABLE library_version (
    id integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT library_version_pk PRIMARY KEY (id),
    CONSTRAINT library_version_single_row CHECK (id = 1)
  )`,
  `INSERT INTO library_version (id, version) VALUES (1, 1)`,
];

const SCANS = [
  `CREATE TABLE scans (
    id integer GENERATED ALWAYS AS IDENTITY,
    library_id integer NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL DEFAULT 0,
    files_found integer NOT NULL DEFAULT 0,
    files_to_read integer NOT NULL DEFAULT 0,
    files_read integer NOT NULL DEFAULT 0,
    files_added integer NOT NULL DEFAULT 0,
    files_changed integer NOT NULL DEFAULT 0,
    files_moved integer NOT NULL DEFAULT 0,
    files_vanished integer NOT NULL DEFAULT 0,
    files_returned integer NOT NULL DEFAULT 0,
    files_with_problem integer NOT NULL DEFAULT 0,
    files_unsettled integer NOT NULL DEFAULT 0,
    unread_places jsonb NOT NULL DEFAULT '[]',
    requested_at timestamptz NOT NULL,
    started_at timestamptz,
    walked_at timestamptz,
    ended_at timestamptz,
    touched_at timestamptz NOT NULL,
    problem text,
    CONSTRAINT scans_pk PRIMARY KEY (id),
    CONSTRAINT scans_library_fk FOREIGN KEY (library_id) REFERENCES libraries (id),
    CONSTRAINT scans_state_known CHECK (state IN ('queued', 'running', 'done', 'failed'))
  )`,
  `CREATE UNIQUE INDEX scans_live_unique ON scans (library_id, state) WHERE state IN ('queued', 'running')`,
  `CREATE INDEX scans_library_idx ON scans (library_id, id)`,
  // What a scan has yet to read. Taking a row out and storing what was read is one transaction, so nothing counts twice.
  `CREATE TABLE pending_reads (
    id integer GENERATED ALWAYS AS IDENTITY,
    scan_id integer NOT NULL,
    folder_id integer NOT NULL,
    path text NOT NULL,
    CONSTRAINT pending_reads_pk PRIMARY KEY (id),
    CONSTRAINT pending_reads_scan_fk FOREIGN KEY (scan_id) REFERENCES scans (id) ON DELETE CASCADE,
    CONSTRAINT pending_reads_folder_fk FOREIGN KEY (folder_id) REFERENCES library_folders (id) ON DELETE CASCADE
  )`,
  `CREATE UNIQUE INDEX pending_reads_path_unique ON pending_reads (scan_id, folder_id, md5(path))`,
  // Known files a scan met on its way; the others have vanished. Emptied when the scan ends.
  `CREATE TABLE scan_sightings (
    scan_id integer NOT NULL,
    book_file_id integer NOT NULL,
    CONSTRAINT scan_sightings_pk PRIMARY KEY (scan_id, book_file_id),
    CONSTRAINT scan_sightings_scan_fk FOREIGN KEY (scan_id) REFERENCES scans (id) ON DELETE CASCADE
  )`,
];
