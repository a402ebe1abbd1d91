export { accessibleBooks, type AccessibleFile, AccessibleFiles, accessibleFiles } from './accessible-files.ts';
export { BookFileEntity, FileContentPartEntity, FileIdentityEntity } from './book-file.entity.ts';
export { BOOK_PLACES, type BookPlaces } from './book-places.ts';
export { BookEntity } from './book.entity.ts';
export { LIBRARY_ENTITIES } from './library-entities.ts';
export { raiseLibraryVersion, readLibraryVersion } from './library-version.ts';
export { LibraryEntity, LibraryFolderEntity } from './library.entity.ts';
