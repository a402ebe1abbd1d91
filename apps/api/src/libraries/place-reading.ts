import { type ContentSignature, type FileFacts, judgeChange } from '@bookorbit/domain-fingerprint';

/** A row of `book_files` that a file found on disk may be. */
export interface KnownFile extends FileFacts {
  readonly id: number;
  readonly bookId: number;
  /** The library of its book, which may be deleted. */
  readonly bookLibraryId: number;
  /** Null while its folder is removed or its library deleted. */
  readonly libraryId: number | null;
  readonly folderId: number;
  readonly path: string;
  readonly size: number;
  readonly inode: string;
  readonly fingerprint: string | null;
  readonly isMissing: boolean;
  /** Looked up on disk just now: what this row describes is not at its path any more. */
  readonly isGone: boolean;
}

/** A file as it was just found and read. */
export interface FoundFile extends FileFacts {
  readonly libraryId: number;
  readonly folderId: number;
  readonly path: string;
  readonly size: number;
  readonly inode: string;
  /** Null when the file is there but could not be read. */
  readonly fingerprint: string | null;
}

/**
 * What a found file is:
 * - `same`: the file of this row, at its old path, with its old content;
 * - `changed`: the file of this row, rewritten;
 * - `moved`: the file of this row, which left its old path;
 * - `returned`: the file of this row, which had vanished or was in a library no more;
 * - `added`: a file never seen before.
 *
 * `displacedId` is the row that had this path until now and lost it to another book.
 */
export type Placement = (
  { readonly kind: 'same' | 'changed' | 'moved' | 'returned'; readonly file: KnownFile } | { readonly kind: 'added' }
) & { readonly displacedId?: number };

/**
 * Decides which known file a found one is. A row has one file at a time: `claimed` rows are taken by other found files.
 * Equal content comes before an equal path, so that two files that swapped their names keep their histories.
 */
export function placeReading(
  found: FoundFile,
  known: readonly KnownFile[],
  claimed: ReadonlySet<number> = new Set(),
): Placement {
  const free = known.filter(({ id }) => !claimed.has(id));
  const here = free.find((file) => isHere(file, found) && !isAway(file));
  if (here && (found.fingerprint === null || hasSameContent(here, found))) return { kind: 'same', file: here };
  const away = free.filter((file) => isAway(file) && hasSameContent(file, found)).sort(likeliestFirst(found))[0];
  if (away) return { kind: leftKind(away), file: away, displacedId: here?.id };
  if (here && isSameWork(here, found)) return { kind: 'changed', file: here };
  const renamed = free.find((file) => isAway(file) && hasSameInode(file, found) && isSameWork(file, found));
  if (renamed) return { kind: leftKind(renamed), file: renamed, displacedId: here?.id };
  if (here) return { kind: 'added', displacedId: here.id };
  const formerlyHere = free
    .filter((file) => isHere(file, found) && isAway(file) && isSameWork(file, found))
    .sort((a, b) => b.id - a.id)[0];
  return formerlyHere ? { kind: 'returned', file: formerlyHere } : { kind: 'added' };
}

/** Size and signature make up for how little of a file the fingerprint samples. */
function hasSameContent(file: KnownFile, found: FoundFile): boolean {
  return (
    found.fingerprint !== null &&
    file.fingerprint === found.fingerprint &&
    file.size === found.size &&
    agree(file.contentSignature, found.contentSignature)
  );
}

function agree(a: ContentSignature | undefined, b: ContentSignature | undefined): boolean {
  return a === undefined || b === undefined || a.join() === b.join();
}

function isSameWork(file: KnownFile, found: FoundFile): boolean {
  return judgeChange(file, found).kind === 'rewritten';
}

function isHere(file: KnownFile, found: FoundFile): boolean {
  return file.folderId === found.folderId && file.path === found.path;
}

function isAway(file: KnownFile): boolean {
  return file.isMissing || file.libraryId === null || file.isGone;
}

/** An inode is given to the next new file as soon as it is free, so it only counts while its row was never seen without it. */
function hasSameInode(file: KnownFile, found: FoundFile): boolean {
  return file.inode === found.inode && file.isGone && !file.isMissing;
}

function leftKind(file: KnownFile): 'moved' | 'returned' {
  return file.isMissing || file.libraryId === null ? 'returned' : 'moved';
}

function likeliestFirst(found: FoundFile): (a: KnownFile, b: KnownFile) => number {
  const rank = (file: KnownFile): number =>
    (isHere(file, found) ? 8 : 0) +
    (file.inode === found.inode ? 4 : 0) +
    (file.folderId === found.folderId ? 2 : 0) +
    (file.bookLibraryId === found.libraryId ? 1 : 0);
  return (a, b) => rank(b) - rank(a) || a.id - b.id;
}
