import { Injectable } from '@nestjs/common';
import type { LibrarySummary } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import type { UserPrincipal } from '../auth/index.ts';
import { LibraryRepository } from './library.repository.ts';
import { ScanRepository } from './scan.repository.ts';

/** The libraries somebody may read; with `manage_libraries` all of them, with folders and scans. */
@Injectable()
export class ListLibraries {
  constructor(
    private readonly libraries: LibraryRepository,
    private readonly scans: ScanRepository,
  ) {}

  async run(tx: EntityManager, user: UserPrincipal): Promise<LibrarySummary[]> {
    const isManager = user.permissions.includes('manage_libraries');
    const libraries = await this.libraries.findFor(tx, user.userId, isManager);
    if (!isManager) return libraries;
    const ids = libraries.map(({ id }) => id);
    const folders = await this.libraries.findFolders(tx, ids);
    const scans = await this.scans.findNewest(tx, ids);
    return libraries.map((library) => ({
      ...library,
      folders: folders
        .filter(({ libraryId }) => libraryId === library.id)
        .map(({ id, path, problem }) => ({ id, path, ...(problem !== null && { problem }) })),
      scan: scans.get(library.id),
    }));
  }
}
