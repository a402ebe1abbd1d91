import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { BookFormat } from '@bookorbit/contracts';
import type { Dialect, TextQuote, TranslationRequest } from '@bookorbit/domain-positions';
import { DataSource, type EntityManager } from 'typeorm';
import { AskBooks, type Question, type TranslatedFile } from './ask-books.ts';
import { DamagedChapterRepository } from './damaged-chapter.repository.ts';
import { offerPage, offerShare } from './paged-places.ts';
import { PositionIndexRepository, type RecordedFile } from './position-index.repository.ts';
import type {
  FoundPosition,
  KnownPlace,
  LocatedPosition,
  LostPosition,
  OfferedPlace,
  PositionTask,
  TaskAnswers,
} from './worker-messages.ts';

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

/**
 * Translates places of book files between KOReader, the web reader and Kobo. Nothing it is asked ever throws: what cannot be found out is
 * `lost`, with a reason. Costs one statement through the caller's transaction, and one more when the books are not at hand, however many
 * they are (of a single book, document by document, up to four more); indexes that had to be built are kept afterwards, on a
 * connection of their own, and so are the chapters that turned out to be damaged.
 */
@Injectable()
export class BookTranslator implements OnModuleDestroy {
  private readonly books: AskBooks;

  constructor(
    private readonly indexes: PositionIndexRepository,
    damaged: DamagedChapterRepository,
    dataSource: DataSource,
  ) {
    this.books = new AskBooks(indexes, damaged, dataSource);
  }

  /** Each of `asked`, in their order, with the words at the place found. */
  async translate(
    tx: EntityManager,
    file: TranslatedFile,
    asked: readonly AskedPosition[],
  ): Promise<(FoundPosition | LostPosition)[]> {
    return (await this.translateAll(tx, [{ file, asked }]))[0] ?? [];
  }

  /** {@link translate} for several files, in their order, in as many statements as for one. */
  translateAll(
    tx: EntityManager,
    files: readonly { readonly file: TranslatedFile; readonly asked: readonly AskedPosition[] }[],
  ): Promise<(FoundPosition | LostPosition)[][]> {
    const questions = files.map(({ file, asked }) => ({
      file,
      tasks: asked.map(({ domVersion, ...request }) => ({ kind: 'translate' as const, request, domVersion })),
    }));
    return this.askAll<'translate'>(tx, questions, lostPosition);
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
    const offers = asked.map(({ file, place }) => offerWithoutReading(recorded.get(file.bookFileId), place));
    const toRead = asked.flatMap(({ file, place }, n): (Question<'offer'> & { readonly n: number })[] => {
      const found = recorded.get(file.bookFileId);
      return found && !offers[n] ? [{ n, recorded: found, file, tasks: [{ kind: 'offer', place }] }] : [];
    });
    const read = await this.books.run(tx, toRead, lostPosition);
    for (const [at, { n }] of toRead.entries()) offers[n] = read[at]?.[0];
    return offers.map((offer) => offer ?? lostPosition('the book gave no answer'));
  }

  /** Waits until what was built is kept. */
  async settled(): Promise<void> {
    await this.books.settled();
  }

  async onModuleDestroy(): Promise<void> {
    await this.books.stop();
  }

  private async ask<Kind extends PositionTask['kind']>(
    tx: EntityManager,
    file: TranslatedFile,
    tasks: readonly (PositionTask & { kind: Kind })[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][]> {
    return (await this.askAll<Kind>(tx, [{ file, tasks }], lost))[0] ?? [];
  }

  private async askAll<Kind extends PositionTask['kind']>(
    tx: EntityManager,
    questions: readonly Omit<Question<Kind>, 'recorded'>[],
    lost: (reason: string) => TaskAnswers[Kind],
  ): Promise<TaskAnswers[Kind][][]> {
    const asking = questions.filter(({ tasks }) => tasks.length > 0);
    if (asking.length === 0) return questions.map(() => []);
    const files = await this.indexes.findFiles(
      tx,
      asking.map(({ file }) => file.bookFileId),
    );
    const recorded = new Map(files.map((file) => [file.bookFileId, file]));
    const readable = asking.flatMap((question) => {
      const found = recorded.get(question.file.bookFileId);
      return found && kindOf(found.format) === 'documents' ? [{ question, recorded: found }] : [];
    });
    const answers = await this.books.run<Kind>(
      tx,
      readable.map(({ question, recorded: found }) => ({ ...question, recorded: found })),
      lost,
    );
    return questions.map((question) => {
      const { file, tasks } = question;
      const n = readable.findIndex((one) => one.question === question);
      if (n >= 0) return answers[n] ?? [];
      const format = recorded.get(file.bookFileId)?.format;
      return tasks.map(() => lost(format === undefined ? 'there is no such file' : `no pointers lead into ${format}`));
    });
  }
}

/** What needs no look into the book; undefined when it does. */
function offerWithoutReading(
  recorded: RecordedFile | undefined,
  place: StoredPlace,
): OfferedPlace | LostPosition | undefined {
  if (recorded === undefined) return lostPosition('there is no such file');
  switch (kindOf(recorded.format)) {
    case 'pages':
      return offerPage(place, recorded.pageCount);
    case 'share':
      return offerShare(place.percentage);
    case 'documents':
      return undefined;
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
