import { Injectable } from '@nestjs/common';
import { Transaction } from '../database/index.ts';
import { LibraryRepository } from './library.repository.ts';
import { RequestScan } from './request-scan.ts';

/** Asks for a scan of every library, or of those named. */
@Injectable()
export class RescanLibraries {
  constructor(
    private readonly transaction: Transaction,
    private readonly libraries: LibraryRepository,
    private readonly request: RequestScan,
  ) {}

  /** @returns Names of the libraries that will be scanned. */
  async run(libraryIds?: readonly number[]): Promise<string[]> {
    const all = await this.transaction.run((tx) => this.libraries.findAll(tx));
    const wanted = all.filter(({ id }) => libraryIds === undefined || libraryIds.includes(id));
    for (const { id } of wanted) await this.transaction.run((tx) => this.request.run(tx, id));
    return wanted.map(({ name }) => name);
  }
}
