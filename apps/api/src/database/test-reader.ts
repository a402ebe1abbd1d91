import type { DataSource, EntityManager } from 'typeorm';

/** Somebody with books of their own, for specs of use cases. */
export interface TestReader {
  readonly userId: number;
  readonly libraryId: number;
  /** Each the only file of its book. */
  readonly files: readonly { readonly fileId: number; readonly bookId: number; readonly hash: string }[];
}

let made = 0;

/** @returns A user, with a library of `books` files that may be read. */
export async function createTestReader(dataSource: DataSource, books = 1, timeZone = 'UTC'): Promise<TestReader> {
  made += 1;
  const name = `reader ${made}`;
  const [{ id: userId }] = await dataSource.query(
    `INSERT INTO users (username, password_hash, time_zone, permissions) VALUES ($1, '', $2, '{koreader_sync}') RETURNING id`,
    [name, timeZone],
  );
  const [{ id: libraryId }] = await dataSource.query(`INSERT INTO libraries (name) VALUES ($1) RETURNING id`, [name]);
  const [{ id: folderId }] = await dataSource.query(
    `INSERT INTO library_folders (library_id, path) VALUES ($1, $2) RETURNING id`,
    [libraryId, `/${name}`],
  );
  await dataSource.query(`INSERT INTO library_access (user_id, library_id) VALUES ($1, $2)`, [userId, libraryId]);
  const files: TestReader['files'][number][] = [];
  for (let n = 0; n < books; n += 1) files.push(await addBook(dataSource, libraryId, folderId, `${made}-${n}`));
  return { userId, libraryId, files };
}

async function addBook(dataSource: DataSource, libraryId: number, folderId: number, name: string) {
  const [book] = await dataSource.query(
    `INSERT INTO books (library_id, title, sort_title, search, added_at, updated_at) VALUES ($1, $2, $2, $2, now(), now()) RETURNING id`,
    [libraryId, name],
  );
  const [file] = await dataSource.query(
    `INSERT INTO book_files (book_id, library_id, folder_id, path, stem_key, name, name_md5, format, size, mtime_ms, inode, fingerprint, title,
       title_from, added_at, content_changed_at, reader_version, is_primary)
     VALUES ($1, $2, $3, $4, md5($4), $4, md5($4), 'epub', 1, 1, $4, md5('fingerprint' || $4), $4, 'name', now(), now(), 1, true)
     RETURNING id, fingerprint`,
    [book.id, libraryId, folderId, name],
  );
  await dataSource.query(
    `INSERT INTO file_identities (fingerprint, book_file_id, origin, recorded_at) VALUES ($1, $2, 'scan', now())`,
    [file.fingerprint, file.id],
  );
  return { fileId: file.id as number, bookId: book.id as number, hash: file.fingerprint as string };
}

/** Counts the statements a piece of work sends. */
export async function countStatements(
  dataSource: DataSource,
  work: (tx: EntityManager) => Promise<unknown>,
): Promise<number> {
  return dataSource.transaction(async (tx) => {
    const send = tx.query.bind(tx);
    let statements = 0;
    tx.query = (...statement) => {
      statements += 1;
      return send(...statement);
    };
    await work(tx);
    return statements;
  });
}
