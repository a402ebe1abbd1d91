import { Module } from '@nestjs/common';
import { LibrariesModule } from './libraries.module.ts';
import { LibraryWorkers } from './library-workers.ts';

/** Makes a process work on scans. Apart from {@link LibrariesModule}, so that a command of the operator does not. */
@Module({ imports: [LibrariesModule], providers: [LibraryWorkers] })
export class LibraryWorkersModule {}
