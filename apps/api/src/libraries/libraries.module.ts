import { Module } from '@nestjs/common';
import { AccessibleFiles } from './accessible-files.ts';
import { BookFileRepository } from './book-file.repository.ts';
import { BookRepository } from './book.repository.ts';
import { FinishScan } from './finish-scan.ts';
import { LibraryRepository } from './library.repository.ts';
import { ReadFiles } from './read-files.ts';
import { RequestScan } from './request-scan.ts';
import { RescanLibraries } from './rescan-libraries.ts';
import { ScanRepository } from './scan.repository.ts';
import { StoreFiles } from './store-files.ts';
import { WalkLibrary } from './walk-library.ts';

/** Libraries, books, book files, and the scans that find them. */
@Module({
  providers: [
    AccessibleFiles,
    BookFileRepository,
    BookRepository,
    FinishScan,
    LibraryRepository,
    ReadFiles,
    RequestScan,
    RescanLibraries,
    ScanRepository,
    StoreFiles,
    WalkLibrary,
  ],
  exports: [AccessibleFiles, RescanLibraries, WalkLibrary, ReadFiles, FinishScan],
})
export class LibrariesModule {}
