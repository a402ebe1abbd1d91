import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { BookFormat } from '@bookorbit/contracts';
import { type Dialect, indexRulesOf, type TextQuote, type TranslationRequest } from '@bookorbit/domain-positions';
import { DataSource, type EntityManager } from 'typeorm';
import { JobTooCostly, PositionsThread } from './ask-worker.ts';
import { BookLending } from './lend-book.ts';
import { offerPage, offerShare } from './paged-places.ts';
import { PositionIndexRepository, type RecordedFile } from './position-index.repository.ts';
import type {
  FoundPosition,
  KnownPlace,
  LocatedPosition,
  LostPosition,
  OfferedPlace,
  PositionAnswer,
  PositionTask,
  TaskAnswers,
} from './worker-messages.ts';

/** A file positions are in. Callers have checked that the user may read it. */
export interface TranslatedFile {
  readonly bookFileId: number;
  /** crengine's DOM version of the book on the device that asks; the usual one unless told. */
  readonly domVersion?: number;
}

/** A stored place of any kind of book. */
export interface StoredPlace extends KnownPlace {
  /** Of a paged document. */
  readonly page?: string;
}

/** A point or a range to be translated, as far as its words are known. */
export interface AskedPosition extends TranslationRequest {
  /** The DOM version an xpointer in `start` was written for, where it is another than the file is asked for. */
  readonly domVersion?: number;
}

/** A place a device asks for. */
export interface AskedOffer {
  readonly file: TranslatedFile;
  readonly place: StoredPlace;
}

/** The version of books opened by KOReader releases up to summer 2026. */
const USUAL_DOM_VERSION = 20240114;
/** Questions of one job: each job has its own deadline, and others get their turn in between. */
const TASKS_A_JOB = 50;
/** A book that took too much is left alone for so long. */
const LEFT_ALONE_MS = 10 * 60 * 1000;

/**
 * Translates places of book files between KOReader, the web reader and Kobo. Nothing it is asked ever throws: what cannot be found out is
 * `lost`, with a reason. A file costs one or two statements through the caller's transaction when it was asked about before, and
 * at most four whatever is asked; indexes that had to be built are kept afterwards, on a connection of their own.
 */
@Injectable()
export class BookTranslator implements OnModuleDestroy {
  private readonly logger = new Logger('Positions');
  private readonly thread = new PositionsThread();
  private readonly leftAlone = new Map<string, number>();
  private storing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly indexes: PositionIndexRepository,
    private readonly dataSource: DataSource,
  ) {}

  /** Each of `asked`, in their order, with the words at the place found. */
  async translate(
    tx: EntityManager,
    file: TranslatedFile,
    asked: readonly AskedPosition[],
  ): Promise<(FoundPosition | LostPosition)[]> {
    const tasks = asked.map(({ domVersion, ...request }) => ({ kind: 'translate' as const, request, domVersion }));
    return this.ask<'translate'>(tx, file, tasks, lostPosition);
  }

  /** The words at places and around them, to be kept with them; undefined where the place is not found. */
  async quoteAt(
    tx: EntityManager,
    file: TranslatedFile,
    asked: readonly { readonly dialect: Dialect; readonly start: string; readonly end?: string }[],
  ): Promise<(TextQuote | undefined)[]> {
    const tasks = asked.map((one) => ({ kind: 'quote' as const, ...one }));
    return this.ask<'quote'>(tx, file, tasks, () => undefined);
  }

  /** Where places are in reading order; undefined for a pointer that leads nowhere, which KOReader would open page 1 for. */
  async locate(
    tx: EntityManager,
    file: TranslatedFile,
    dialect: Dialect,
    pointers: readonly string[],
  ): Promise<(LocatedPosition | undefined)[]> {
    const tasks = pointers.map((start) => ({ kind: 'locate' as const, dialect, start }));
    return this.ask<'locate'>(tx, file, tasks, () => undefined);
  }

  /** The start of the text nearest to a percentage (0–1) of the book: always only near. */
  async placeAtPercentage(
    tx: EntityManager,
    file: TranslatedFile,
    to: Dialect,
    percentage: number,
  ): Promise<FoundPosition | LostPosition> {
    const [place] = await this.ask<'share'>(tx, file, [{ kind: 'share', to, percentage }], lostPosition);
    return place ?? lostPosition('the book gave no answer');
  }

  /** Pointers a KOReader device can try, the best first: xpointers in its own dialect, page numbers in books of pages. */
  async offerTo(tx: EntityManager, file: TranslatedFile, place: StoredPlace): Promise<OfferedPlace | LostPosition> {
    const [offered] = await this.offerAll(tx, [{ file, place }]);
    return offered ?? lostPosition('the book gave no answer');
  }

  /** {@link offerTo} for places in several files: what is on record of them is asked at once. */
  async offerAll(tx: EntityManager, asked: readonly AskedOffer[]): Promise<(OfferedPlace | LostPosition)[]> {
    if (asked.length === 0) return [];
    const files = await this.indexes.findFiles(
      tx,
      asked.map(({ file }) => file.bookFileId),
    );
    const recorded = new Map(files.map((file) => [file.bookFileId, file]));
    const offers: (OfferedPlace | LostPosition)[] = [];
    for (const { file, place } of asked) offers.push(await this.offer(tx, recorded.get(file.bookFileId), file, place));
    return offers;
  }

  /** Waits until what was built is kept. */
  async settled(): Promise<void> {
    await this.storing;
  }

  async onModuleDestroy(): Promise<void> {
    await this.thread.stop();
    await this.storing;
  }

  private async offer(
    tx: EntityManager,
    recorded: RecordedFile | undefined,
    file: TranslatedFile,
    place: StoredPlace,
  ): Promise<OfferedPlace | LostPosition> {
    if (recorded === undefined) return lostPosition('there is no such file');
    switch (kindOf(recorded.format)) {
      case 'pages':
        return offerPage(place, recorded.pageCount);
      case 'share':
        return offerShare(place.percentage);
      case 'documents': {
        const [offered] = await this.askRecorded<'offer'>(tx, recorded, file, [{ kind: 'offer', place }], lostPosition);
        return offered ?? lostPosition('the book gave no answer');
      }
    }
  }

  private async ask<Kind extends PositionTask['kind']>(
    tx: EntityManager,
    file: TranslatedFile,
    tasks: readonly (PositionTask & { kind: Kind })[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][]> {
    if (tasks.length === 0) return [];
    const recorded = await this.find(tx, file.bookFileId);
    if (recorded === undefined) return tasks.map(() => lost('there is no such file'));
    if (kindOf(recorded.format) !== 'documents')
      return tasks.map(() => lost(`no pointers lead into ${recorded.format}`));
    return this.askRecorded(tx, recorded, file, tasks, lost);
  }

  private async askRecorded<Kind extends PositionTask['kind']>(
    tx: EntityManager,
    recorded: RecordedFile,
    { domVersion = USUAL_DOM_VERSION }: TranslatedFile,
    tasks: readonly (PositionTask & { kind: Kind })[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][]> {
    const key = `${recorded.bookFileId}:${recorded.content}`;
    const answers: TaskAnswers[Kind][] = [];
    const domRules = indexRulesOf(domVersion);
    const lending = new BookLending(tx, this.indexes, recorded, domRules);
    try {
      if (recorded.isMissing) throw new Error('the file is not on disk');
      for (let at = 0; at < tasks.length; at += TASKS_A_JOB) {
        this.checkLeftAlone(key);
        const question = { key, domVersion, tasks: tasks.slice(at, at + TASKS_A_JOB) };
        const found: readonly PositionAnswer[] = await this.thread.ask(question, lending);
        answers.push(...(found as readonly TaskAnswers[Kind][]));
      }
    } catch (error) {
      if (error instanceof JobTooCostly) this.leaveAlone(key, recorded, error);
      const reason = error instanceof Error ? error.message : String(error);
      const unread = (answer: TaskAnswers[Kind]) =>
        answer && 'kind' in answer && answer.kind === 'lost' ? { ...answer, isUnread: true as const } : answer;
      answers.push(...tasks.slice(answers.length).map(() => unread(lost(reason))));
    } finally {
      this.close(lending, recorded, domRules);
    }
    return answers;
  }

  /** By itself, as the caller may be in the middle of a transaction that has to wait for nothing and must not fail. */
  private close(lending: BookLending, file: RecordedFile, domRules: number): void {
    const before = this.storing;
    this.storing = (async () => {
      await before;
      try {
        await lending.close();
        if (lending.built.length > 0) await this.indexes.store(this.dataSource.manager, file, domRules, lending.built);
      } catch (error) {
        this.logger.warn(`Indexes of file ${file.bookFileId} are not kept: ${String(error)}`);
      }
    })();
  }

  private async find(tx: EntityManager, bookFileId: number): Promise<RecordedFile | undefined> {
    return (await this.indexes.findFiles(tx, [bookFileId]))[0];
  }

  private checkLeftAlone(key: string): void {
    const until = this.leftAlone.get(key);
    if (until === undefined) return;
    if (until > performance.now()) throw new Error('the book took too much the last time; it is tried again later');
    this.leftAlone.delete(key);
  }

  private leaveAlone(key: string, { bookFileId }: RecordedFile, error: Error): void {
    this.leftAlone.set(key, performance.now() + LEFT_ALONE_MS);
    this.logger.warn(`Positions in file ${bookFileId} are left alone for a while: ${error.message}`);
  }
}

function kindOf(format: BookFormat): 'documents' | 'pages' | 'share' {
  switch (format) {
    case 'epub':
    case 'kepub':
      return 'documents';
    case 'pdf':
    case 'cbz':
      return 'pages';
    case 'fb2':
    case 'mobi':
    case 'azw3':
      return 'share';
  }
}

function lostPosition(reason: string): LostPosition {
  return { kind: 'lost', reason };
}
