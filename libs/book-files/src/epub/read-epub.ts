import { contentSignatureOf } from '@bookorbit/domain-fingerprint';
import type { ContentReading } from '../content-reading.ts';
import { BookFileProblem, type BookFileProblemCode } from '../problem.ts';
import type { ZipArchive } from '../zip/zip-archive.ts';
import { hasPossibleSizes, isReadable, type ZipEntry } from '../zip/zip-entry.ts';
import { epubMetadata } from './epub-metadata.ts';
import { epubDrm } from './epub-protection.ts';
import { findEpubCover } from './find-epub-cover.ts';
import { findByHref, findPackageEntry, guessPackageEntry } from './find-package.ts';
import { readPackageDocument } from './open-epub.ts';
import type { PackageDocument } from './package-document.ts';

/** A chapter above this cannot be read on a small device; openEpub refuses it, too. */
const MOST_CHAPTER_BYTES = 64 * 1024 * 1024;

/** What an EPUB tells about itself. Chapters are not unpacked, so damage inside one goes unseen. */
export async function readEpub(archive: ZipArchive): Promise<ContentReading> {
  const contentSignature = contentSignatureOf(archive.entries);
  try {
    const entry = await findPackageEntry(archive);
    return { ...(await readPackage(archive, entry)), contentSignature };
  } catch (error) {
    if (!(error instanceof BookFileProblem)) throw error;
    return { ...(await readGuessedPackage(archive)), contentSignature, problem: error.code };
  }
}

async function readPackage(archive: ZipArchive, entry: ZipEntry): Promise<ContentReading> {
  const document = await readPackageDocument(archive, entry);
  const chapters = document.spine.map(({ idref }) => {
    const item = document.itemById(idref);
    return item && findByHref(archive, entry.name, item.href);
  });
  return {
    metadata: epubMetadata(document.metadata),
    spine: {
      count: document.spine.length,
      items: document.spine.map(({ idref, linear }) => ({ href: document.itemById(idref)?.href, linear })),
    },
    hasCover: (await findEpubCover(archive, entry.name, document)) !== undefined,
    problem: await problemOf(archive, document, chapters),
  };
}

/** A book that readers cannot open still has a title to be shown by. */
async function readGuessedPackage(archive: ZipArchive): Promise<ContentReading> {
  const guessed = guessPackageEntry(archive);
  try {
    if (guessed !== undefined) return await readPackage(archive, guessed);
  } catch (error) {
    if (!(error instanceof BookFileProblem)) throw error;
  }
  return { metadata: {}, hasCover: false };
}

async function problemOf(
  archive: ZipArchive,
  document: PackageDocument,
  chapters: readonly (ZipEntry | undefined)[],
): Promise<BookFileProblemCode | undefined> {
  const present = chapters.filter((chapter) => chapter !== undefined);
  if (document.spine.length === 0) return 'epub_no_spine';
  if (present.some((chapter) => chapter.isEncrypted)) return 'password_protected';
  const drm = await epubDrm(archive, present);
  if (drm !== undefined) return drm;
  if (!present.every(isReadable)) return 'unsupported_compression';
  if (!present.every(hasPossibleSizes)) return 'damaged_archive';
  if (present.some((chapter) => chapter.size > MOST_CHAPTER_BYTES)) return 'unpacks_too_large';
  return present.length < chapters.length ? 'epub_missing_chapters' : undefined;
}
