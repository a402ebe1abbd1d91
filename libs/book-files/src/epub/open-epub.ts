import { openFileSource } from '../file-source.ts';
import { BookFileProblem } from '../problem.ts';
import { decodeXmlText } from '../xml/decode-text.ts';
import { openZipOrRest, type ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';
import { findByHref, findPackageEntry } from './find-package.ts';
import { parsePackageDocument, type PackageDocument, type SpineItemRef } from './package-document.ts';
import { type ContentsEntry, readContents } from './read-contents.ts';

/** An EPUB opened by random access; nothing is read until asked. Close it. */
export interface EpubFile {
  /** zip path of the package document, e.g. "OEBPS/content.opf" */
  readonly packagePath: string;
  /** even CFI step of the spine element among the children of the package, usually 6 */
  readonly spineStep: number;
  /** every itemref in document order, broken ones too */
  readonly spine: readonly EpubSpineItem[];
  /** What the file says it is: the content of `mimetype`, as far as it is short; undefined without such an entry */
  readonly mimetype: Uint8Array | undefined;
  /** names of all entries, in the order of the zip's directory */
  readonly entryNames: readonly string[];
  /** Bytes of one entry, at most `maxBytes` (64 MiB unless told). Throws BookFileProblem. */
  readEntry(zipPath: string, maxBytes?: number): Promise<Uint8Array>;
  /** The table of contents; empty when there is none that can be read. */
  readContents(): Promise<readonly ContentsEntry[]>;
  close(): Promise<void>;
}

export interface EpubSpineItem {
  readonly idref: string;
  readonly itemrefId?: string;
  /** 1-based position of the itemref among the element children of the spine (CFI step = 2 · this) */
  readonly itemrefPosition: number;
  /** whether idref names a manifest item, as crengine reads the package: only then does it (DOM >= 20240114) make a DocFragment */
  readonly inManifest: boolean;
  /** as written, percent-encoding kept */
  readonly href?: string;
  /** resolved against packagePath, decoded; undefined when the entry does not exist in the zip */
  readonly zipPath?: string;
  readonly mediaType?: string;
  /** bytes when unpacked, as the zip's directory claims; undefined when the entry does not exist */
  readonly size?: number;
  readonly linear: boolean;
}

const MOST_ENTRY_BYTES = 64 * 1024 * 1024;
const MOST_MIMETYPE_BYTES = 1024;
const MOST_PACKAGE_BYTES = 16 * 1024 * 1024;

/**
 * Opens the first rendition of an EPUB. Throws BookFileProblem when it cannot be found or read, BookFileUnavailable when
 * the file cannot be reached. An EPUB under DRM opens; its chapters are then unreadable bytes. One that was cut short opens as far as KOReader
 * opens it.
 */
export async function openEpub(path: string): Promise<EpubFile> {
  const source = await openFileSource(path);
  try {
    const archive = await openZipOrRest(source);
    const entry = await findPackageEntry(archive);
    const document = await readPackageDocument(archive, entry);
    return {
      packagePath: entry.name,
      spineStep: document.spineStep,
      spine: document.spine.map((itemref) => spineItemOf(archive, entry.name, document, itemref)),
      mimetype: await readMimetype(archive),
      entryNames: archive.entries.map(({ name }) => name),
      readEntry: (zipPath, maxBytes = MOST_ENTRY_BYTES) => readEntry(archive, zipPath, maxBytes),
      readContents: () => readContents(archive, entry.name, document),
      close: () => source.close(),
    };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Reads and parses a package document. Throws BookFileProblem. */
export async function readPackageDocument(archive: ZipArchive, entry: ZipEntry): Promise<PackageDocument> {
  return parsePackageDocument(decodeXmlText(await archive.read(entry, MOST_PACKAGE_BYTES)));
}

function spineItemOf(
  archive: ZipArchive,
  packagePath: string,
  document: PackageDocument,
  itemref: SpineItemRef,
): EpubSpineItem {
  const item = document.itemById(itemref.idref);
  const entry = item && findByHref(archive, packagePath, item.href);
  return {
    idref: itemref.idref,
    itemrefId: itemref.itemrefId,
    itemrefPosition: itemref.position,
    inManifest: itemref.isShown,
    href: item?.href,
    zipPath: entry?.name,
    mediaType: item?.mediaType,
    size: entry?.size,
    linear: itemref.linear,
  };
}

async function readMimetype(archive: ZipArchive): Promise<Uint8Array | undefined> {
  const entry = archive.entries.find(({ name }) => name === 'mimetype');
  try {
    return entry && (await archive.read(entry, MOST_MIMETYPE_BYTES));
  } catch (error) {
    if (error instanceof BookFileProblem) return undefined;
    throw error;
  }
}

async function readEntry(archive: ZipArchive, zipPath: string, maxBytes: number): Promise<Uint8Array> {
  const entry = archive.find(zipPath);
  if (entry === undefined) throw new BookFileProblem('damaged_content');
  return archive.read(entry, maxBytes);
}
