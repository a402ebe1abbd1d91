import { BookFileEntity, FileContentPartEntity, FileIdentityEntity } from './book-file.entity.ts';
import { BookEntity } from './book.entity.ts';
import { LibraryEntity, LibraryFolderEntity } from './library.entity.ts';

/** Tables of this module that other modules may read in their own queries. */
export const LIBRARY_ENTITIES = [
  LibraryEntity,
  LibraryFolderEntity,
  BookEntity,
  BookFileEntity,
  FileIdentityEntity,
  FileContentPartEntity,
];
