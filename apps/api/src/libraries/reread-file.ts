import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { EventBus } from '../events/index.ts';
import { findGoneFiles, findKnownFiles } from './known-files.ts';
import { type FileLook, type FilePlace, lookAtFile } from './read-file.ts';
import { StoreFiles } from './store-files.ts';
import { storableFile } from './stored-file.ts';

/** Reads one file at once, outside any scan, because somebody is about to use it and it has changed since. */
@Injectable()
export class RereadFile {
  constructor(
    private readonly transaction: Transaction,
    private readonly dataSource: DataSource,
    private readonly store: StoreFiles,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** @returns What the look showed; what was read is stored. */
  async run(place: FilePlace & { readonly libraryId: number }): Promise<FileLook['kind']> {
    const look = await lookAtFile(place);
    if (look.kind !== 'read') return look.kind;
    const { libraryId, folderId, path } = place;
    const file = storableFile({ libraryId, folderId, path }, look);
    const gone = await findGoneFiles(await findKnownFiles(this.dataSource.manager, [file.found]), [file.found]);
    await this.transaction.run(async (tx) => {
      await this.store.run(tx, [file], gone, this.clock.now());
      await this.events.publish(tx, { type: 'books', libraryId }, { libraryId });
    });
    return 'read';
  }
}
