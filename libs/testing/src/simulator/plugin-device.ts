import type {
  AnnotationExchangeResult,
  BookmarkExchangeResult,
  BookStateResult,
  PageStatsResult,
  SyncAnswer,
} from '@bookorbit/contracts';
import type { StateValues } from './book-state.ts';
import type { Line } from './courier.ts';
import { SimulatedDevice } from './device.ts';
import type { DeviceDocument } from './device-document.ts';
import type { StatsSlice } from './statistics.ts';

/** Exchanges in one conversation, as long as there is something to acknowledge. */
const MOST_ROUNDS = 4;

type Results<T> = { readonly results: readonly (T & { readonly hash: string })[] };

/** What was sent of one document. */
interface Sent {
  readonly document: DeviceDocument;
  readonly values: StateValues;
  readonly notes: ReturnType<DeviceDocument['notes']['book']>;
  readonly dogEars: ReturnType<DeviceDocument['dogEars']['book']>;
  readonly noteAcks: ReturnType<DeviceDocument['notes']['acks']>;
  readonly dogEarAcks: ReturnType<DeviceDocument['dogEars']['acks']>;
  readonly slice: StatsSlice | undefined;
  readonly place: DeviceDocument['place'];
}

/** A device with our plugin. */
export abstract class PluginReader extends SimulatedDevice {
  readonly hasProtocol = true;
  readonly exchangesAll = true;

  async sync(line: Line): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.exchange(line);
      if (!this.owesAcks()) return;
    }
  }

  async recognise(line: Line): Promise<void> {
    const books = this.documents.map((document) => this.hintsOf(document));
    await line.ask('POST', 'plugin/match-check', { ...this.envelope(), hashes: books.map(({ hash }) => hash), books });
  }

  hasNews(): boolean {
    return this.documents.some(
      ({ notes, dogEars, state, place, pushed, statistics }) =>
        notes.hasNews() || dogEars.hasNews() || state.hasNews() || place !== pushed || statistics.slice() !== undefined,
    );
  }

  protected abstract exchange(line: Line): Promise<void>;

  protected sentOf(document: DeviceDocument): Sent {
    const { notes, dogEars, state, statistics, place } = document;
    return {
      document,
      values: state.values,
      notes: notes.send(),
      dogEars: dogEars.send(),
      noteAcks: notes.acks(),
      dogEarAcks: dogEars.acks(),
      slice: statistics.slice(),
      place,
    };
  }

  protected hintsOf({ hash, contentSignature }: DeviceDocument) {
    return { hash, ...(contentSignature && { contentSignature }) };
  }

  private owesAcks(): boolean {
    return this.documents.some(({ notes, dogEars }) => notes.acks() !== undefined || dogEars.acks() !== undefined);
  }
}

/** Sends everything in one request. */
export class OneCallReader extends PluginReader {
  protected async exchange(line: Line): Promise<void> {
    const sent = this.documents.map((document) => this.sentOf(document));
    const answer = await line.ask<SyncAnswer>('POST', 'plugin/sync', {
      ...this.envelope(),
      books: sent.map((each) => this.bookOf(each)),
    });
    for (const [n, each] of sent.entries()) {
      const { document, noteAcks, dogEarAcks, slice } = each;
      const book = answer.books[n];
      if (!book || book.unmatched) throw new Error(`${document.hash} was not recognised`);
      document.pushed = each.place;
      if (book.state) document.state.receive(book.state, each.values);
      if (noteAcks) document.notes.dropAcks(noteAcks);
      if (dogEarAcks) document.dogEars.dropAcks(dogEarAcks);
      if (book.annotations) document.notes.receive(each.notes, book.annotations);
      if (book.bookmarks) document.dogEars.receive(each.dogEars, book.bookmarks, this.clock.wallClock());
      if (!slice || !book.pageStats) continue;
      const rest = document.statistics.receive(slice, book.pageStats);
      if (rest) await document.statistics.send(rest, (part) => this.sendStats(line, document, part));
    }
  }

  private bookOf({ document, place, slice, notes, dogEars, noteAcks, dogEarAcks }: Sent) {
    return {
      ...this.hintsOf(document),
      progress: place && place !== document.pushed ? place : {},
      ...(slice && { pageStats: { rows: slice.rows, rowCount: slice.rowCount } }),
      state: document.state.item(),
      annotations: notes,
      bookmarks: dogEars,
      ...((noteAcks ?? dogEarAcks) && {
        acks: { ...(noteAcks && { annotations: noteAcks }), ...(dogEarAcks && { bookmarks: dogEarAcks }) },
      }),
    };
  }

  private async sendStats(line: Line, document: DeviceDocument, { rows, rowCount }: StatsSlice) {
    const books = [{ ...this.hintsOf(document), rows, rowCount }];
    const answer = await line.ask<Results<PageStatsResult>>('POST', 'plugin/page-stats', { ...this.envelope(), books });
    return resultOf(answer);
  }
}

/** Sends each part by the route of its own, of all documents at once. */
export class RouteReader extends PluginReader {
  protected async exchange(line: Line): Promise<void> {
    const all = this.documents.map((document) => this.sentOf(document));
    await this.sendPlaces(line, all);
    for (const { document, slice } of all) {
      if (!slice) continue;
      await document.statistics.send(slice, async ({ rows, rowCount }) => {
        const [result] = await this.post<PageStatsResult>(line, 'page-stats', [[document, { rows, rowCount }]]);
        if (!result) throw new Error('a document was not recognised');
        return result;
      });
    }
    const states = all.map(({ document }): Entry => [document, document.state.item()]);
    const stated = await this.post<BookStateResult>(line, 'book-states', states);
    all.forEach(({ document, values }, n) => document.state.receive(required(stated[n]), values));
    await this.exchangeNotes(line, all);
    await this.exchangeDogEars(line, all);
    for (const { hash } of this.documents) await line.ask('GET', `syncs/progress/${hash}`);
  }

  private async sendPlaces(line: Line, all: readonly Sent[]): Promise<void> {
    const moved = all.filter(({ document, place }) => place && place !== document.pushed);
    if (moved.length === 0) return;
    const items = moved.map(({ document, place }) => ({ ...this.hintsOf(document), ...place }));
    await line.ask('POST', 'plugin/progress', { ...this.envelope(), items });
    for (const { document, place } of moved) document.pushed = place;
  }

  private async exchangeNotes(line: Line, all: readonly Sent[]): Promise<void> {
    const owing = all.filter(({ noteAcks }) => noteAcks !== undefined);
    if (owing.length > 0) {
      const acks = owing.map(({ document, noteAcks }): Entry => [document, noteAcks ?? {}]);
      await this.post(line, 'annotations/exchange-ack', acks);
      for (const { document, noteAcks } of owing) if (noteAcks) document.notes.dropAcks(noteAcks);
    }
    const entries = all.map(({ document, notes }): Entry => [document, notes]);
    const answers = await this.post<AnnotationExchangeResult>(line, 'annotations/exchange', entries);
    all.forEach(({ document, notes }, n) => document.notes.receive(notes, required(answers[n])));
  }

  private async exchangeDogEars(line: Line, all: readonly Sent[]): Promise<void> {
    const owing = all.filter(({ dogEarAcks }) => dogEarAcks !== undefined);
    if (owing.length > 0) {
      const acks = owing.map(({ document, dogEarAcks }): Entry => [document, dogEarAcks ?? {}]);
      await this.post(line, 'bookmarks/exchange-ack', acks);
      for (const { document, dogEarAcks } of owing) if (dogEarAcks) document.dogEars.dropAcks(dogEarAcks);
    }
    const entries = all.map(({ document, dogEars }): Entry => [document, dogEars]);
    const answers = await this.post<BookmarkExchangeResult>(line, 'bookmarks/exchange', entries);
    all.forEach(({ document, dogEars }, n) =>
      document.dogEars.receive(dogEars, required(answers[n]), this.clock.wallClock()),
    );
  }

  /** @returns A result for each entry. */
  private async post<T>(line: Line, route: string, entries: readonly Entry[]): Promise<readonly T[]> {
    const books = entries.map(([document, said]) => ({ ...this.hintsOf(document), ...said }));
    return (await line.ask<Results<T>>('POST', `plugin/${route}`, { ...this.envelope(), books })).results;
  }
}

/** What is said of a document. */
type Entry = readonly [DeviceDocument, object];

function required<T>(result: T | undefined): T {
  if (result === undefined) throw new Error('a document was not recognised');
  return result;
}

function resultOf<T>({ results }: Results<T>): T {
  return required(results[0]);
}
