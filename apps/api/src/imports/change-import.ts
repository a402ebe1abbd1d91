import { Injectable } from '@nestjs/common';
import type { ImportDetail, KoreaderImport } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { Refusal } from '../http/index.ts';
import { JobQueue } from '../jobs/index.ts';
import { WORK_ON_IMPORT } from './import-queue.ts';
import { ImportRepository, type StoredImport } from './import.repository.ts';

/** What a user sees of their imports, and does about them. */
@Injectable()
export class ChangeImport {
  constructor(
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly imports: ImportRepository,
    private readonly jobs: JobQueue,
    private readonly clock: Clock,
  ) {}

  async list(userId: number): Promise<KoreaderImport[]> {
    return (await this.imports.list(this.dataSource.manager, userId)).map(importOf);
  }

  async find(userId: number, id: number): Promise<ImportDetail> {
    const { manager } = this.dataSource;
    const known = await this.imports.find(manager, userId, id);
    if (!known) throw notFound();
    const outcomes = await this.imports.findOutcomes(manager, userId, id);
    return {
      ...importOf(known),
      books: outcomes
        .flatMap((outcome) => (outcome.kind === 'book' ? [outcome.book] : []))
        .sort((a, b) => a.title.localeCompare(b.title) || a.fileId - b.fileId),
      unmatched: outcomes.flatMap((outcome) => (outcome.kind === 'unmatched' ? [outcome.unmatched] : [])),
    };
  }

  apply(userId: number, id: number): Promise<KoreaderImport> {
    return this.begin(userId, id, 'ready', 'applying', 'It can be applied once its preview is there, and only once.');
  }

  undo(userId: number, id: number): Promise<KoreaderImport> {
    return this.begin(userId, id, 'applied', 'undoing', 'Only what is applied can be taken back.');
  }

  /** What is applied stays: that is undone, not forgotten. */
  async forget(userId: number, id: number): Promise<void> {
    await this.transaction.run(async (tx) => {
      const known = await this.imports.lock(tx, userId, id);
      if (!known) throw notFound();
      if (known.state === 'applied') throw new Refusal('conflict', 'It is applied; undo it first.');
      if (!['ready', 'undone', 'failed'].includes(known.state))
        throw new Refusal('conflict', 'It is being worked on; wait until that is done.');
      await this.imports.remove(tx, userId, id);
    });
  }

  private begin(
    userId: number,
    id: number,
    from: 'ready' | 'applied',
    to: 'applying' | 'undoing',
    otherwise: string,
  ): Promise<KoreaderImport> {
    return this.transaction.run(async (tx) => {
      const known = await this.imports.lock(tx, userId, id);
      if (!known) throw notFound();
      if (known.state !== from) throw new Refusal('conflict', otherwise);
      const now = this.clock.now();
      if (known.expiresAt <= now) throw new Refusal('gone', 'Its time is over; upload the files again.');
      if (to === 'applying') await this.imports.createDevice(tx, userId, known.deviceId, known.deviceName, now);
      await this.imports.change(tx, userId, id, { state: to, done: 0 });
      await this.jobs.send(tx, WORK_ON_IMPORT, { userId, importId: id });
      return importOf({ ...known, state: to, done: 0 });
    });
  }
}

function importOf(known: StoredImport): KoreaderImport {
  const isWorking = known.state === 'reading' || known.state === 'applying' || known.state === 'undoing';
  return {
    id: known.id,
    state: known.state,
    deviceId: known.deviceId,
    deviceName: known.deviceName,
    files: known.files,
    ...(isWorking && { progress: { done: known.done, total: known.total } }),
    totals: known.totals ?? undefined,
    undo: known.undo ?? undefined,
    problem: known.problem ?? undefined,
    createdAt: known.createdAt.toISOString(),
    appliedAt: known.appliedAt?.toISOString(),
    undoneAt: known.undoneAt?.toISOString(),
    expiresAt: known.expiresAt.toISOString(),
  };
}

function notFound(): Refusal {
  return new Refusal('not_found', 'There is no such import.');
}
