import { Logger } from '@nestjs/common';
import { indexRulesOf } from '@bookorbit/domain-positions';
import type { DataSource, EntityManager } from 'typeorm';
import { JobTooCostly, PositionsThread } from './ask-worker.ts';
import type { DamagedChapter, DamagedChapterRepository } from './damaged-chapter.repository.ts';
import { BookLending, IndexShelf } from './lend-book.ts';
import type { IndexedFile, PackedIndex, PositionIndexRepository, RecordedFile } from './position-index.repository.ts';
import type { PositionAnswer, PositionTask, TaskAnswers } from './worker-messages.ts';

/** A file positions are in. Callers have checked that the user may read it. */
export interface TranslatedFile {
  readonly bookFileId: number;
  /** crengine's DOM version of the book on the device that asks; the usual one unless told. */
  readonly domVersion?: number;
}

/** Questions about one file. */
export interface Question<Kind extends PositionTask['kind']> {
  readonly file: TranslatedFile;
  readonly recorded: RecordedFile;
  readonly tasks: readonly (PositionTask & { kind: Kind })[];
}

/** The version of books opened by KOReader releases up to summer 2026. */
const USUAL_DOM_VERSION = 20240114;
/** Questions of one job: each job has its own deadline, and others get their turn in between. */
const TASKS_A_JOB = 50;
/** A book that took too much is left alone for so long. */
const LEFT_ALONE_MS = 10 * 60 * 1000;

/** What asking about books brought to light, apart from the answers. */
interface Found {
  readonly built: (IndexedFile & PackedIndex)[];
  readonly damaged: (DamagedChapter & { readonly file: RecordedFile })[];
}

/** Asks the thread that knows books, and keeps what it built. */
export class AskBooks {
  private readonly logger = new Logger('Positions');
  private readonly thread = new PositionsThread();
  private readonly leftAlone = new Map<string, number>();
  private storing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly indexes: PositionIndexRepository,
    private readonly damaged: DamagedChapterRepository,
    private readonly dataSource: DataSource,
  ) {}

  /** Book after book; what is on record of all of them is asked for at once, and what is found of them is kept at once. */
  async run<Kind extends PositionTask['kind']>(
    tx: EntityManager,
    questions: readonly Question<Kind>[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][][]> {
    const books = questions.map(({ recorded, file: { domVersion = USUAL_DOM_VERSION } }) => ({
      ...{ file: recorded, domRules: indexRulesOf(domVersion) },
      domVersion,
    }));
    const shelf = new IndexShelf(tx, this.indexes, books);
    const found: Found = { built: [], damaged: [] };
    const answers: TaskAnswers[Kind][][] = [];
    for (const [n, book] of books.entries()) {
      const lending = new BookLending(shelf, book);
      answers.push(await this.askBook<Kind>(book, lending, questions[n]?.tasks ?? [], lost));
      await lending.close();
      found.built.push(...lending.built.map((index) => ({ ...book, ...index })));
      found.damaged.push(...lending.damaged.map((chapter) => ({ ...chapter, file: book.file })));
    }
    this.keep(found);
    return answers;
  }

  private async askBook<Kind extends PositionTask['kind']>(
    { file, domVersion }: IndexedFile & { readonly domVersion: number },
    lending: BookLending,
    tasks: readonly (PositionTask & { kind: Kind })[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][]> {
    const key = `${file.bookFileId}:${file.content}`;
    const answers: TaskAnswers[Kind][] = [];
    try {
      if (file.isMissing) throw new Error('the file is not on disk');
      for (let at = 0; at < tasks.length; at += TASKS_A_JOB) {
        this.checkLeftAlone(key);
        const question = { key, domVersion, tasks: tasks.slice(at, at + TASKS_A_JOB) };
        const found: readonly PositionAnswer[] = await this.thread.ask(question, lending);
        answers.push(...(found as readonly TaskAnswers[Kind][]));
      }
    } catch (error) {
      if (error instanceof JobTooCostly) this.leaveAlone(key, file, error);
      const reason = error instanceof Error ? error.message : String(error);
      const unread = (answer: TaskAnswers[Kind]) =>
        answer && 'kind' in answer && answer.kind === 'lost' ? { ...answer, isUnread: true as const } : answer;
      answers.push(...tasks.slice(answers.length).map(() => unread(lost(reason))));
    }
    return answers;
  }

  /** By itself, as the caller may be in the middle of a transaction that has to wait for nothing and must not fail. */
  private keep({ built, damaged }: Found): void {
    const { manager } = this.dataSource;
    if (built.length > 0) this.keepOf('Indexes', built, () => this.indexes.store(manager, built));
    if (damaged.length > 0) this.keepOf('Damaged chapters', damaged, () => this.damaged.store(manager, damaged));
  }

  private keepOf(what: string, of: readonly { readonly file: RecordedFile }[], store: () => Promise<void>): void {
    const before = this.storing;
    this.storing = (async () => {
      await before;
      try {
        await store();
      } catch (error) {
        const files = [...new Set(of.map(({ file }) => file.bookFileId))];
        this.logger.warn(`${what} of files ${files.join(', ')} are not kept: ${String(error)}`);
      }
    })();
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

  /** Waits until what was found is kept. */
  async settled(): Promise<void> {
    await this.storing;
  }

  async stop(): Promise<void> {
    await this.thread.stop();
    await this.storing;
  }
}
