import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ADVISORY_LOCKS, Transaction } from '../database/index.ts';
import { FolderWatch } from './folder-watch.ts';
import { Leadership } from './leadership.ts';
import { type FolderRow, LibraryRepository } from './library.repository.ts';
import { RequestScan } from './request-scan.ts';

/** How often folders are compared with the libraries', and the lead with the other processes. */
const ROUND_MS = 10_000;
/** A scan is asked for when nothing has changed for this long … */
const QUIET_MS = 3_000;
/** … or when changes have gone on for this long. */
const LONGEST_WAIT_MS = 30_000;

interface Watched {
  readonly folder: FolderRow;
  readonly watch: FolderWatch;
}

interface DueScan {
  readonly since: number;
  readonly timer: NodeJS.Timeout;
}

/** Has libraries scanned soon after something changes in their folders. One of all server processes does. */
@Injectable()
export class FolderWatcher implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Watcher');
  private readonly leadership: Leadership;
  private readonly watched = new Map<number, Watched>();
  private readonly due = new Map<number, DueScan>();
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private isStopped = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly libraries: LibraryRepository,
    private readonly request: RequestScan,
  ) {
    this.leadership = new Leadership(dataSource, ADVISORY_LOCKS.folderWatch);
  }

  onApplicationBootstrap(): void {
    this.nextRound(0);
  }

  async onModuleDestroy(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.round;
    await this.unwatchAll();
    await this.leadership.resign();
  }

  private nextRound(delayMs: number): void {
    if (this.isStopped) return;
    this.timer = setTimeout(() => {
      this.round = this.goRound()
        .catch((error: unknown) => this.logger.warn(`Watching folders waits: ${String(error)}`))
        .finally(() => this.nextRound(ROUND_MS));
    }, delayMs);
    this.timer.unref();
  }

  private async goRound(): Promise<void> {
    if (!(await this.leadership.isOurs())) return this.unwatchAll();
    const folders = await this.libraries.findAllFolders(this.dataSource.manager);
    const wanted = new Set(folders.map(({ id }) => id));
    for (const [id, { watch }] of this.watched) {
      if (wanted.has(id)) continue;
      this.watched.delete(id);
      await watch.close();
    }
    for (const folder of folders) if (!this.watched.has(folder.id)) this.watch(folder);
  }

  private watch(folder: FolderRow): void {
    const watch = FolderWatch.open(
      folder.path,
      () => this.noteChange(folder.libraryId),
      (error) => this.logger.warn(`Changes in folder ${folder.id} may be noticed late: ${String(error)}`),
    );
    this.watched.set(folder.id, { folder, watch });
  }

  private noteChange(libraryId: number): void {
    if (this.isStopped) return;
    const since = this.due.get(libraryId)?.since ?? Date.now();
    clearTimeout(this.due.get(libraryId)?.timer);
    const waitMs = Math.max(0, Math.min(QUIET_MS, since + LONGEST_WAIT_MS - Date.now()));
    const timer = setTimeout(() => void this.askForScan(libraryId), waitMs);
    timer.unref();
    this.due.set(libraryId, { since, timer });
  }

  private async askForScan(libraryId: number): Promise<void> {
    this.due.delete(libraryId);
    try {
      await this.transaction.run((tx) => this.request.run(tx, libraryId));
    } catch (error) {
      this.logger.warn(`A scan could not be asked for: ${String(error)}`);
    }
  }

  private async unwatchAll(): Promise<void> {
    for (const { timer } of this.due.values()) clearTimeout(timer);
    this.due.clear();
    const open = [...this.watched.values()];
    this.watched.clear();
    await Promise.all(open.map(({ watch }) => watch.close()));
  }
}
