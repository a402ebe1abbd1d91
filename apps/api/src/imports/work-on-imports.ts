import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { ImportBook, ImportTotals, ImportUndo } from '@bookorbit/contracts';
import { DataSource, type EntityManager } from 'typeorm';
import { SyncFeed } from '../activity/index.ts';
import { utcOffsetMinutes } from '../annotations/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { EventBus } from '../events/index.ts';
import { type Attempt, JobQueue } from '../jobs/index.ts';
import { ImportedPlaces } from '../progress/index.ts';
import { WORK_ON_IMPORT } from './import-queue.ts';
import { type DocumentOutcome, ImportRepository, type ImportStep, type StoredImport } from './import.repository.ts';
import { FindUnplaced } from './find-unplaced.ts';
import { TakeBackDocument } from './take-back-document.ts';
import { TakeInDocument } from './take-in-document.ts';

/** An import can be taken back this long. */
const UNDO_MS = 90 * 24 * 60 * 60 * 1000;
/** Open pages hear of the work at most this often. */
const QUIET_MS = 1000;

const NOTHING_UNDONE: ImportUndo = {
  removedPageStats: 0,
  removedAnnotations: 0,
  revertedAnnotations: 0,
  keptAnnotations: 0,
  revertedStates: 0,
  keptStates: 0,
  removedPlaces: 0,
};

/** Throws away what a preview did. */
class RolledBack extends Error {}

/**
 * Previews, applies and takes back imports in the background: document by document, each in a transaction of its own, so that nobody waits
 * long, and a process that dies leaves off between two of them.
 */
@Injectable()
export class WorkOnImports implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly transaction: Transaction,
    private readonly imports: ImportRepository,
    private readonly takeInDocument: TakeInDocument,
    private readonly takeBackDocument: TakeBackDocument,
    private readonly findUnplaced: FindUnplaced,
    private readonly places: ImportedPlaces,
    private readonly feed: SyncFeed,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(WORK_ON_IMPORT, ({ userId, importId }, attempt) => this.run(userId, importId, attempt));
  }

  async run(userId: number, importId: number, attempt: Pick<Attempt, 'isLast' | 'signal'>): Promise<void> {
    const known = await this.imports.find(this.dataSource.manager, userId, importId);
    const step = known && stepOf(known);
    if (!known || !step) return;
    try {
      await this.goThrough(userId, known, step, attempt.signal);
      await this.finish(userId, known, step);
    } catch (error) {
      if (attempt.isLast && !attempt.signal.aborted) await this.fail(userId, known, step);
      throw error;
    } finally {
      await this.tell(this.dataSource.manager, userId, importId);
    }
  }

  private async goThrough(userId: number, known: StoredImport, step: ImportStep, signal: AbortSignal): Promise<void> {
    const { manager } = this.dataSource;
    const open = await this.imports.findOpen(manager, userId, known.id, step);
    let toldAt = performance.now();
    for (const [n, document] of open.entries()) {
      signal.throwIfAborted();
      switch (step) {
        case 'reading':
          await this.preview(userId, known, document);
          break;
        case 'applying':
          await this.apply(userId, known, document);
          break;
        case 'undoing':
          await this.takeBack(userId, known, document);
      }
      if (performance.now() - toldAt < QUIET_MS) continue;
      toldAt = performance.now();
      await this.imports.change(manager, userId, known.id, { done: known.total - open.length + n + 1 });
      await this.tell(manager, userId, known.id);
    }
  }

  /** Does everything as if it were meant, and throws it away. */
  private async preview(userId: number, known: StoredImport, document: string): Promise<void> {
    let outcome: DocumentOutcome | undefined;
    const said = await this.transaction
      .run(async (tx) => {
        const stored = await this.imports.lockDocument(tx, userId, known.id, document);
        if (!stored) return undefined;
        await this.imports.createDevice(tx, userId, known.deviceId, known.deviceName, this.clock.now());
        const one = { userId, importId: known.id, device: await this.deviceOf(tx, userId, known), said: stored.said };
        const taken = await this.takeInDocument.run(tx, one, this.clock.now());
        outcome = taken.outcome;
        throw Object.assign(new RolledBack(), { taken });
      })
      .catch((error: unknown) => {
        if (error instanceof RolledBack)
          return (error as RolledBack & { taken: Awaited<ReturnType<TakeInDocument['run']>> }).taken;
        throw error;
      });
    if (!outcome || !said) return;
    const placed = await this.findUnplaced.run(outcome, said.journal);
    await this.imports.saveDocument(this.dataSource.manager, userId, known.id, document, {
      step: 'reading',
      outcome: placed,
    });
  }

  private async apply(userId: number, known: StoredImport, document: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      const stored = await this.imports.lockDocument(tx, userId, known.id, document);
      if (!stored || stored.step === 'applying') return;
      const one = { userId, importId: known.id, device: await this.deviceOf(tx, userId, known), said: stored.said };
      const { outcome, journal } = await this.takeInDocument.run(tx, one, this.clock.now());
      const kept = withUnplacedOf(outcome, stored.outcome);
      await this.imports.saveDocument(tx, userId, known.id, document, { step: 'applying', outcome: kept, journal });
      if (outcome.kind === 'book')
        await this.events.publish(tx, { type: 'progress', bookId: outcome.book.bookId }, { userId });
    });
  }

  private async takeBack(userId: number, known: StoredImport, document: string): Promise<void> {
    await this.transaction.run(async (tx) => {
      const stored = await this.imports.lockDocument(tx, userId, known.id, document);
      if (!stored || stored.step === 'undoing') return;
      await this.imports.saveDocument(tx, userId, known.id, document, { step: 'undoing' });
      if (!stored.journal) return;
      const undone = await this.takeBackDocument.run(tx, userId, known, stored.journal, this.clock.now());
      const before = (await this.imports.lock(tx, userId, known.id))?.undo ?? NOTHING_UNDONE;
      await this.imports.change(tx, userId, known.id, { undo: summed(before, undone) });
      await this.events.publish(tx, { type: 'progress', bookId: stored.journal.bookId }, { userId });
    });
  }

  private async finish(userId: number, { id, deviceId, total }: StoredImport, step: ImportStep): Promise<void> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + UNDO_MS);
    const totals = await this.transaction.run(async (tx) => {
      const known = await this.imports.lock(tx, userId, id);
      if (known && stepOf(known) !== step) return undefined;
      const sums = totalsOf(await this.imports.findOutcomes(tx, userId, id));
      switch (step) {
        case 'reading':
          await this.imports.change(tx, userId, id, { state: 'ready', done: total, totals: sums });
          return undefined;
        case 'applying':
          await this.imports.change(tx, userId, id, {
            state: 'applied',
            done: total,
            totals: sums,
            appliedAt: now,
            expiresAt,
          });
          return sums;
        case 'undoing':
          await this.places.forgetLoose(tx, userId, deviceId);
          await this.imports.change(tx, userId, id, {
            state: 'undone',
            done: total,
            undo: known?.undo ?? NOTHING_UNDONE,
            undoneAt: now,
            expiresAt,
          });
          return undefined;
      }
    });
    if (totals) await this.note(userId, deviceId, totals, now);
  }

  /** An import stands in the feed like a device's sync. */
  private async note(userId: number, deviceId: string, totals: ImportTotals, now: Date): Promise<void> {
    await this.feed.note({
      userId,
      deviceId,
      exchange: 'import',
      happenedAt: now,
      milliseconds: 0,
      documents: [],
      came: {
        books: totals.books,
        pageStats: totals.newPageStats,
        annotations: totals.newHighlights + totals.changedHighlights,
        bookmarks: totals.newBookmarks,
        states: totals.changedStates,
        places: totals.newPlaces,
      },
      went: {},
      refused: [],
    });
  }

  private async fail(userId: number, known: StoredImport, step: ImportStep): Promise<void> {
    // What is applied stays so and can be taken back; what could not be taken back whole can be tried again.
    const [state, problem] = (
      {
        reading: ['failed', 'The files could not be compared with what is known; upload them again.'],
        applying: ['applied', 'Not every book could be imported; undo it, or import the files again.'],
        undoing: ['applied', 'Not everything could be taken back; undo it again.'],
      } as const
    )[step];
    const now = this.clock.now();
    await this.imports.change(this.dataSource.manager, userId, known.id, {
      state,
      problem,
      ...(step === 'applying' && { appliedAt: now, expiresAt: new Date(now.getTime() + UNDO_MS) }),
    });
  }

  private async deviceOf(tx: EntityManager, userId: number, { deviceId, deviceName }: StoredImport) {
    const timeZone = await this.imports.findTimeZone(tx, userId);
    return { deviceId, deviceName, utcOffsetMinutes: utcOffsetMinutes(timeZone, this.clock.now()) };
  }

  private async tell(tx: EntityManager, userId: number, importId: number): Promise<void> {
    await this.events.publish(tx, { type: 'import', importId }, { userId });
  }
}

function stepOf({ state }: StoredImport): ImportStep | undefined {
  return state === 'reading' || state === 'applying' || state === 'undoing' ? state : undefined;
}

/** Whether a highlight is found in the text was looked up for the preview. */
function withUnplacedOf(outcome: DocumentOutcome, preview: DocumentOutcome | null): DocumentOutcome {
  if (outcome.kind !== 'book' || preview?.kind !== 'book' || !outcome.book.highlights || !preview.book.highlights)
    return outcome;
  const { unplaced, unplacedTotal } = preview.book.highlights;
  return { ...outcome, book: { ...outcome.book, highlights: { ...outcome.book.highlights, unplaced, unplacedTotal } } };
}

function totalsOf(outcomes: readonly DocumentOutcome[]): ImportTotals {
  const books = outcomes.flatMap((outcome) => (outcome.kind === 'book' ? [outcome.book] : []));
  const sum = (valueOf: (book: ImportBook) => number | undefined) =>
    books.reduce((total, book) => total + (valueOf(book) ?? 0), 0);
  return {
    books: books.length,
    unmatched: outcomes.length - books.length,
    newPageStats: sum(({ reading }) => reading?.newPageStats),
    newSeconds: sum(({ reading }) => reading?.newSeconds),
    newSessions: sum(({ reading }) => reading?.newSessions),
    newHighlights: sum(({ highlights }) => highlights?.new),
    changedHighlights: sum(({ highlights }) => highlights?.changed),
    newBookmarks: sum(({ bookmarks }) => bookmarks?.new),
    changedStates: sum(
      ({ status, rating, review }) => [status, rating, review].filter((field) => field?.isChanged).length,
    ),
    newPlaces: sum(({ place }) => Number(place?.isNewest ?? false)),
  };
}

function summed(a: ImportUndo, b: ImportUndo): ImportUndo {
  const names = Object.keys(NOTHING_UNDONE) as (keyof ImportUndo)[];
  return Object.fromEntries(names.map((name) => [name, a[name] + b[name]])) as unknown as ImportUndo;
}
