import { Module } from '@nestjs/common';
import { AccessibleFiles } from './accessible-files.ts';
import { BookFileRepository } from './book-file.repository.ts';
import { BookRepository } from './book.repository.ts';
import { BooksController } from './books.controller.ts';
import { ChangeLibrary } from './change-library.ts';
import { CoverCache } from './cover-cache.ts';
import { CreateLibrariesFromPaths } from './create-libraries-from-paths.ts';
import { CreateLibrary } from './create-library.ts';
import { FindBooks } from './find-books.ts';
import { FinishScan } from './finish-scan.ts';
import { LibrariesController } from './libraries.controller.ts';
import { LibraryRepository } from './library.repository.ts';
import { ListLibraries } from './list-libraries.ts';
import { OpenDownload } from './open-download.ts';
import { ReadFiles } from './read-files.ts';
import { RequestScan } from './request-scan.ts';
import { RereadFile } from './reread-file.ts';
import { RescanLibraries } from './rescan-libraries.ts';
import { ScanRepository } from './scan.repository.ts';
import { StoreFiles } from './store-files.ts';
import { WalkLibrary } from './walk-library.ts';

/** Libraries, books, book files, and the scans that find them. */
@Module({
  controllers: [LibrariesController, BooksController],
  providers: [
    AccessibleFiles,
    BookFileRepository,
    BookRepository,
    ChangeLibrary,
    CoverCache,
    CreateLibrariesFromPaths,
    CreateLibrary,
    FindBooks,
    FinishScan,
    LibraryRepository,
    ListLibraries,
    OpenDownload,
    ReadFiles,
    RequestScan,
    RereadFile,
    RescanLibraries,
    ScanRepository,
    StoreFiles,
    WalkLibrary,
  ],
  exports: [
    AccessibleFiles,
    CreateLibrariesFromPaths,
    FinishScan,
    LibraryRepository,
    ReadFiles,
    RequestScan,
    RescanLibraries,
    WalkLibrary,
  ],
})
export class LibrariesModule {}
