/** A file of an export: rows of a user, one JSON object a line. */
export interface ExportSection {
  readonly name: string;
  /** What it holds, for the person who opens the zip. */
  readonly about: string;
  /** Known only through devices: left out for who may not use them. */
  readonly isOfDevices: boolean;
  /** Gives a `row` of jsonb each. `$1` is the user, `$2` whether they may see what devices brought. Nothing secret is in any. */
  readonly sql: string;
}

const BOOK = `'bookFileId', f.id, 'book', b.title, 'fingerprint', f.fingerprint`;
const FILE_OF = (alias: string) =>
  `LEFT JOIN library_access la ON la.user_id = $1 AND la.library_id = (SELECT library_id FROM book_files WHERE id = ${alias}.book_file_id)
   LEFT JOIN book_files f ON f.id = ${alias}.book_file_id AND la.library_id IS NOT NULL LEFT JOIN books b ON b.id = f.book_id`;
const BOOK_OF = (alias: string) =>
  `LEFT JOIN books b ON b.id = ${alias}.book_id AND EXISTS (SELECT 1 FROM library_access la WHERE la.user_id = $1 AND la.library_id = b.library_id)`;
const VISIBLE = (alias: string) => `($2 OR ${alias}.source <> 'koreader')`;

/** Rows of a table that hang on a file, without the user's id and with the book's title where the user may read it. */
function ofFiles(table: string, order: string, where = 'true'): string {
  return `SELECT to_jsonb(t) - 'user_id' || jsonb_build_object(${BOOK}) AS row FROM ${table} t ${FILE_OF('t')}
    WHERE t.user_id = $1 AND $2::boolean IS NOT NULL AND ${where} ORDER BY ${order}`;
}

function ofUser(table: string, order: string, without: readonly string[] = []): string {
  const left = ['user_id', ...without].map((name) => ` - '${name}'`).join('');
  return `SELECT to_jsonb(t)${left} AS row FROM ${table} t WHERE t.user_id = $1 AND $2::boolean IS NOT NULL ORDER BY ${order}`;
}

/** Everything there is of a user, but for what they sign in with. A spec holds this list against the tables. */
export const EXPORT_SECTIONS: readonly ExportSection[] = [
  {
    name: 'user',
    about: 'Your name, permissions and settings.',
    isOfDevices: false,
    sql: `SELECT to_jsonb(t) - 'password_hash' AS row FROM users t WHERE t.id = $1 AND $2::boolean IS NOT NULL`,
  },
  {
    name: 'libraries',
    about: 'Libraries you may read.',
    isOfDevices: false,
    sql: `SELECT jsonb_build_object('id', l.id, 'name', l.name) AS row FROM library_access a JOIN libraries l ON l.id = a.library_id
      WHERE a.user_id = $1 AND l.deleted_at IS NULL AND $2::boolean IS NOT NULL ORDER BY l.id`,
  },
  {
    name: 'places',
    about: 'The last place of each device, and of the web, in each file.',
    isOfDevices: false,
    sql: ofFiles('device_progress', 't.book_file_id, t.sequence', VISIBLE('t')),
  },
  {
    name: 'shared-places',
    about: 'Where each file opens: the newest place of all.',
    isOfDevices: false,
    sql: ofFiles('file_progress', 't.book_file_id', VISIBLE('t')),
  },
  {
    name: 'history',
    about: 'Every place there ever was, oldest first.',
    isOfDevices: false,
    sql: ofFiles('progress_history', 't.sequence', VISIBLE('t')),
  },
  {
    name: 'resets',
    about: 'Books you started over, or took back to an earlier place.',
    isOfDevices: false,
    sql: ofFiles('progress_resets', 't.book_file_id'),
  },
  {
    name: 'page-stats',
    about: "KOReader's statistics: a row for each page you looked at, times in unix seconds.",
    isOfDevices: true,
    sql: ofFiles('page_stats', 't.book_file_id, t.start_time, t.page'),
  },
  {
    name: 'sessions',
    about: 'The reading log, entries made by hand included (source "manual"), with seconds by day.',
    isOfDevices: false,
    sql: `SELECT to_jsonb(t) - 'user_id' || jsonb_build_object(${BOOK}, 'days',
        (SELECT jsonb_object_agg(d.day, d.seconds) FROM reading_days d WHERE d.user_id = $1 AND d.session_id = t.id)) AS row
      FROM reading_sessions t ${FILE_OF('t')} WHERE t.user_id = $1 AND ${VISIBLE('t')} ORDER BY t.start_time, t.id`,
  },
  {
    name: 'annotations',
    about: 'Highlights, notes and bookmarks with every position that is known; what is in the trash has deleted_at.',
    isOfDevices: false,
    sql: ofFiles('annotations', 't.id', VISIBLE('t')),
  },
  {
    name: 'annotations-on-devices',
    about: 'What each device has of each annotation.',
    isOfDevices: true,
    sql: ofUser('annotation_devices', 't.annotation_id, t.device_id'),
  },
  {
    name: 'states',
    about: 'Status, rating and review of each book.',
    isOfDevices: false,
    sql: `SELECT to_jsonb(t) - 'user_id' || jsonb_build_object('book', b.title) AS row FROM book_states t ${BOOK_OF('t')}
      WHERE t.user_id = $1 AND $2::boolean IS NOT NULL ORDER BY t.book_id`,
  },
  {
    name: 'readings',
    about: 'Each time you read a book.',
    isOfDevices: false,
    sql: `SELECT to_jsonb(t) - 'user_id' || jsonb_build_object('book', b.title) AS row FROM book_readings t ${BOOK_OF('t')}
      WHERE t.user_id = $1 AND $2::boolean IS NOT NULL ORDER BY t.book_id, t.ordinal`,
  },
  {
    name: 'states-on-devices',
    about: 'Status, rating and review as each device last said them.',
    isOfDevices: true,
    sql: ofUser('device_book_states', 't.book_file_id, t.device_id'),
  },
  {
    name: 'koreader-account',
    about: 'The name of your KOReader account.',
    isOfDevices: true,
    sql: ofUser('koreader_accounts', 't.id', ['password_hash', 'version']),
  },
  {
    name: 'device-keys',
    about: 'When each plugin was downloaded, used and revoked; not the keys.',
    isOfDevices: true,
    sql: ofUser('device_keys', 't.id', ['key_digest']),
  },
  {
    name: 'devices',
    about: 'Your devices, imports among them.',
    isOfDevices: true,
    sql: ofUser('devices', 't.first_seen_at, t.device_id'),
  },
  {
    name: 'device-copies',
    about: 'Devices that were set up with a copy of another’s settings.',
    isOfDevices: true,
    sql: ofUser('device_installs', 't.first_seen_at, t.marker'),
  },
  {
    name: 'sweeps',
    about: 'The last run of each device over all its books.',
    isOfDevices: true,
    sql: ofUser('device_sweeps', 't.device_id'),
  },
  {
    name: 'feed',
    about: 'Each sync of the last 90 days.',
    isOfDevices: true,
    sql: ofUser('sync_feed', 't.id'),
  },
  {
    name: 'links',
    about: 'Documents of devices that are tied to a file.',
    isOfDevices: true,
    sql: ofFiles('document_links', 't.id'),
  },
  {
    name: 'refused-matches',
    about: 'Files that documents of devices were taken for, and which you said they are not.',
    isOfDevices: true,
    sql: ofFiles('refused_matches', 't.document, t.book_file_id'),
  },
  {
    name: 'unmatched',
    about: 'Documents of devices that no file was found for.',
    isOfDevices: true,
    sql: ofUser('unmatched_documents', 't.id'),
  },
  {
    name: 'parked-places',
    about: 'Places in them, which wait for a file.',
    isOfDevices: true,
    sql: ofUser('parked_progress', 't.document, t.device_id'),
  },
  {
    name: 'imports',
    about: 'Files of devices you uploaded, and what came of them.',
    isOfDevices: true,
    sql: ofUser('imports', 't.id'),
  },
];
