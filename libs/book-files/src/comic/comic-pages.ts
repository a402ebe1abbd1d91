import type { ZipArchive } from '../zip/zip-archive.ts';
import type { ZipEntry } from '../zip/zip-entry.ts';

const PICTURE_NAME = /\.(?:jpe?g|png|gif|webp|avif|jxl|bmp|tiff?)$/i;
const HIDDEN = /(?:^|\/)(?:\.|__MACOSX\/)/;

export function isPictureName(name: string): boolean {
  return PICTURE_NAME.test(name);
}

/** The pages of a comic in reading order: by name, numbers by their value. Hidden files are no pages. */
export function comicPages(archive: ZipArchive): ZipEntry[] {
  const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
  return archive.entries
    .filter((entry) => isPictureName(entry.name) && !HIDDEN.test(entry.name) && !entry.isSymlink)
    .sort((a, b) => order.compare(a.name, b.name));
}
