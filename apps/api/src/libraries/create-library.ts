import { Injectable } from '@nestjs/common';
import type { NewLibrary } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkFolders } from './check-folders.ts';
import { LibraryRepository } from './library.repository.ts';
import { raiseLibraryVersion } from './library-version.ts';
import { RequestScan } from './request-scan.ts';

/** Makes a library that its creator may read, and has it scanned. */
@Injectable()
export class CreateLibrary {
  constructor(
    private readonly transaction: Transaction,
    private readonly libraries: LibraryRepository,
    private readonly request: RequestScan,
    private readonly clock: Clock,
  ) {}

  /** @returns Id of the library. */
  async run(library: NewLibrary, creatorId: number): Promise<number> {
    const folders = await checkFolders(library.folders);
    return this.transaction.run(async (tx) => {
      const id = await this.insert(tx, library.name, folders);
      await this.libraries.grantAccess(tx, id, creatorId);
      return id;
    });
  }

  /** Makes the library, readable by nobody yet. */
  async insert(tx: EntityManager, name: string, folders: readonly string[]): Promise<number> {
    const id = await this.libraries.insert(tx, name, this.clock.now());
    await this.libraries.addFolders(tx, id, folders);
    await raiseLibraryVersion(tx);
    await this.request.run(tx, id);
    return id;
  }
}
