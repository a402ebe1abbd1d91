import { basename } from 'node:path';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { ADVISORY_LOCKS, Transaction } from '../database/index.ts';
import { CreateLibrary } from './create-library.ts';
import { LibraryRepository } from './library.repository.ts';

/** Makes a library of each folder an operator named, once: a folder that any library has, or ever had, is passed by. */
@Injectable()
export class CreateLibrariesFromPaths {
  constructor(
    private readonly transaction: Transaction,
    private readonly libraries: LibraryRepository,
    private readonly create: CreateLibrary,
  ) {}

  /**
   * Everybody who has an account by now may read them.
   *
   * @param paths Absolute folders.
   * @returns Names of the new libraries.
   */
  async run(paths: readonly string[]): Promise<string[]> {
    if (paths.length === 0) return [];
    return this.transaction.run(async (tx) => {
      // Two processes that start at once must not make one library each.
      await tx.query(`SELECT pg_advisory_xact_lock($1)`, [ADVISORY_LOCKS.libraryPaths]);
      const names: string[] = [];
      for (const path of await this.libraries.findNeverUsed(tx, paths)) {
        const name = await this.freeName(tx, basename(path) || 'Books');
        const id = await this.create.insert(tx, name, [path]);
        await this.libraries.grantAccessToAll(tx, id);
        names.push(name);
      }
      return names;
    });
  }

  private async freeName(tx: EntityManager, wanted: string): Promise<string> {
    const taken = new Set((await this.libraries.findAll(tx)).map(({ name }) => name));
    let name = wanted;
    for (let number = 2; taken.has(name); number += 1) name = `${wanted} ${number}`;
    return name;
  }
}
