import { Module } from '@nestjs/common';
import { FolderWatcher } from './folder-watcher.ts';
import { LibrariesModule } from './libraries.module.ts';
import { LibraryWorkers } from './library-workers.ts';

/** Makes a process work on scans and watch folders. Apart from {@link LibrariesModule}, so that an operator's command does not. */
@Module({ imports: [LibrariesModule], providers: [FolderWatcher, LibraryWorkers] })
export class LibraryWorkersModule {}
