import type { AnnotationExchangeAnswer, DeviceAnnotation } from '@bookorbit/contracts';
import { type PluginDevice } from '@bookorbit/testing';
import { INDEX_VERSION } from '@bookorbit/domain-positions';
import { Client } from 'pg';
import { proseOf } from '../prose.ts';

/** Books that have highlights in them. */
const MARKED_BOOKS = 100;
/** Books one exchange of the plugin may hold, and highlights in them together. */
const BOOKS_AT_ONCE = 2;
const COLORS = ['yellow', 'red', 'green', 'blue', 'purple', 'my own'];
const DRAWERS = ['lighten', 'underscore', 'strikeout', 'invert'] as const;

/**
 * Puts so many books into a library as rows: a scan of as many files is measured elsewhere, and pages see no difference.
 *
 * @returns Fingerprints of the first of them.
 */
export async function fillLibrary(databaseUrl: string, libraryId: number, books: number): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `WITH made AS (
         INSERT INTO books (library_id, title, sort_title, authors, author_sort, search, formats, added_at, updated_at)
         SELECT $1, title, lower(title), ARRAY[author], lower(author), lower(title || ' ' || author), '{epub}', now(), now()
         FROM (SELECT n, w.words[1 + n % 40] || ' ' || w.words[1 + (n / 40) % 40] || ' ' || n AS title, 'Author ' || n % 900 AS author
               FROM generate_series(1, $2::int) AS n, (SELECT $3::text[] AS words) AS w) AS book
         RETURNING id, title
       ), files AS (
         INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, fingerprint,
           title, title_from, added_at, content_changed_at, reader_version, is_primary)
         SELECT id, $1, (SELECT min(id) FROM library_folders WHERE library_id = $1), title || '.epub', md5(title), title || '.epub',
           md5(title || '.epub'), 'epub', 1000, 1, 'bench:' || id, md5('bench' || title), title, 'content', now(), '2026-01-01', 1, true
         FROM made RETURNING id, fingerprint
       )
       INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at) SELECT fingerprint, id, 'scan', now() FROM files`,
      [libraryId, books, titleWords()],
    );
    await client.query('ANALYZE');
    const { rows } = await client.query<{ fingerprint: string }>(
      `SELECT fingerprint FROM book_files WHERE library_id = $1 AND inode LIKE 'bench:%' ORDER BY id LIMIT $2`,
      [libraryId, MARKED_BOOKS],
    );
    return rows.map(({ fingerprint }) => fingerprint);
  } finally {
    await client.end();
  }
}

/** A device makes so many highlights in the books, and sends them as the plugin does. */
export async function sendHighlights(
  device: PluginDevice,
  hashes: readonly string[],
  highlights: number,
): Promise<void> {
  const ofEach = Math.ceil(highlights / hashes.length);
  for (let from = 0; from < hashes.length; from += BOOKS_AT_ONCE) {
    const books = hashes.slice(from, from + BOOKS_AT_ONCE).map((hash, n) => {
      const changes = Array.from({ length: ofEach }, (_, of) => highlight(from + n, of));
      return { hash, keys: [], keysComplete: false, changes };
    });
    const { status, body } = await device.post<AnnotationExchangeAnswer>('annotations/exchange', { books });
    const created = status === 200 ? body.results.reduce((sum, { applied }) => sum + applied.created, 0) : 0;
    if (created !== ofEach * books.length)
      throw new Error(`The server took ${created} highlights: ${JSON.stringify(body)}`);
  }
}

/**
 * Another device has taken all highlights: one in twenty it found elsewhere, one in fifty nowhere. As rows, which its many acks would make.
 * Then everything is analyzed, as Postgres does by itself within a minute or two.
 */
export async function giveToSecondDevice(
  databaseUrl: string,
  device: PluginDevice,
  [hash]: readonly string[],
): Promise<void> {
  await device.post('annotations/exchange', { books: [{ hash, keys: [], keysComplete: false, changes: [] }] });
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO annotation_devices AS d (user_id, annotation_id, device_id, book_file_id, has_it, is_own, datetime, base, acked_version,
         place_version, failed_version, failed_reason, failed_at, failed_by)
       SELECT d.user_id, d.annotation_id, v.device_id, d.book_file_id, d.annotation_id % 50 <> 7, false, d.datetime,
         CASE WHEN d.annotation_id % 20 = 3 THEN jsonb_set(d.base, '{place,pos0}', '"/body/DocFragment[9]/body/p[9]/text().9"') ELSE d.base END,
         a.version, d.place_version, CASE WHEN d.annotation_id % 50 = 7 THEN a.version END, CASE WHEN d.annotation_id % 50 = 7 THEN 'not found' END,
         CASE WHEN d.annotation_id % 50 = 7 THEN now() END, CASE WHEN d.annotation_id % 50 = 7 THEN ${INDEX_VERSION} END
       FROM annotation_devices d JOIN annotations a ON a.user_id = d.user_id AND a.id = d.annotation_id
       JOIN devices v ON v.user_id = d.user_id AND v.device_id = $1 WHERE d.device_id <> $1
       ON CONFLICT (user_id, annotation_id, device_id) DO UPDATE SET has_it = excluded.has_it, base = excluded.base, offers = '[]',
         failed_version = excluded.failed_version, failed_reason = excluded.failed_reason, failed_at = excluded.failed_at, failed_by = excluded.failed_by`,
      [device.deviceId],
    );
    await client.query('VACUUM ANALYZE');
  } finally {
    await client.end();
  }
}

function highlight(book: number, of: number): DeviceAnnotation {
  const n = book * 1000 + of;
  const made = new Date(Date.UTC(2022, 0, 1) + n * 20 * 60_000).toISOString();
  return {
    datetime: made.slice(0, 19).replace('T', ' '),
    drawer: DRAWERS[n % 7 === 0 ? n % 4 : 0] ?? 'lighten',
    color: COLORS[n % COLORS.length],
    text: proseOf(`highlight ${n}`, 1).slice(0, 60 + (n % 9) * 45),
    ...(n % 5 === 0 && { note: proseOf(`note ${n}`, 1).slice(0, 80) }),
    chapter: `Chapter ${1 + (of % 30)}`,
    pageno: 1 + of * 2,
    posFormat: 'xpointer',
    pos0: `/body/DocFragment[${2 + (of % 30)}]/body/p[${of + 1}]/text().0`,
    ...(n % 25 !== 4 && { pos1: `/body/DocFragment[${2 + (of % 30)}]/body/p[${of + 1}]/text().40` }),
  };
}

function titleWords(): string[] {
  return [...new Set(proseOf('titles', 4000).match(/[A-Za-z]{4,}/g))].slice(0, 40);
}
