import { Injectable } from '@nestjs/common';
import type { LibraryChange } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { EventBus } from '../events/index.ts';
import { Refusal } from '../http/index.ts';
import { checkFolders } from './check-folders.ts';
import { LibraryRepository } from './library.repository.ts';
import { raiseLibraryVersion } from './library-version.ts';
import { refreshBooks } from './refresh-books.ts';
import { RequestScan } from './request-scan.ts';
import { ScanRepository } from './scan.repository.ts';
import { StoreFiles } from './store-files.ts';

/** Renames a library, gives it other folders, or deletes it. No file on disk is touched, and no history is lost. */
@Injectable()
export class ChangeLibrary {
  constructor(
    private readonly transaction: Transaction,
    private readonly libraries: LibraryRepository,
    private readonly scans: ScanRepository,
    private readonly store: StoreFiles,
    private readonly request: RequestScan,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async change(libraryId: number, change: LibraryChange): Promise<void> {
    const known = await this.transaction.run((tx) => this.libraries.findFolders(tx, [libraryId]));
    const folders =
      change.folders &&
      (await checkFolders(
        change.folders,
        known.map(({ path }) => path),
      ));
    await this.transaction.run(async (tx) => {
      await this.lock(tx, libraryId);
      if (change.name !== undefined) await this.libraries.rename(tx, libraryId, change.name);
      if (folders) await this.replaceFolders(tx, libraryId, folders);
      await this.announce(tx, libraryId);
    });
  }

  async delete(libraryId: number): Promise<void> {
    await this.transaction.run(async (tx) => {
      await this.lock(tx, libraryId);
      await this.libraries.markDeleted(tx, libraryId, this.clock.now());
      await refreshBooks(tx, await this.libraries.releaseFiles(tx, libraryId));
      await this.announce(tx, libraryId);
    });
  }

  /** Waits for whoever is storing files, because files are about to go out of sight. */
  private async lock(tx: EntityManager, libraryId: number): Promise<void> {
    await this.store.lock(tx);
    if (!(await this.scans.lockLibrary(tx, libraryId))) throw new Refusal('not_found', 'There is no such library.');
  }

  private async replaceFolders(tx: EntityManager, libraryId: number, folders: readonly string[]): Promise<void> {
    const before = await this.libraries.findFolders(tx, [libraryId]);
    const removed = before.filter(({ path }) => !folders.includes(path)).map(({ id }) => id);
    const kept = new Set(before.map(({ path }) => path));
    await refreshBooks(tx, await this.libraries.removeFolders(tx, removed, this.clock.now()));
    await this.libraries.addFolders(
      tx,
      libraryId,
      folders.filter((path) => !kept.has(path)),
    );
    await this.request.run(tx, libraryId);
  }

  private async announce(tx: EntityManager, libraryId: number): Promise<void> {
    await raiseLibraryVersion(tx);
    await this.events.publish(tx, { type: 'books', libraryId }, { libraryId });
  }
}
