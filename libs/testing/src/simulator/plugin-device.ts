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

  async sync(line: Line): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      await this.exchange(line);
      if (!this.owesAcks()) return;
    }
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
      notes: notes.book(),
      dogEars: dogEars.book(),
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

/** Sends each part by the route of its own. */
export class RouteReader extends PluginReader {
  protected async exchange(line: Line): Promise<void> {
    for (const document of this.documents) {
      const sent = this.sentOf(document);
      const post = <T>(route: string, book: object) =>
        line
          .ask<Results<T>>('POST', `plugin/${route}`, {
            ...this.envelope(),
            books: [{ ...this.hintsOf(document), ...book }],
          })
          .then(resultOf);
      const { place, slice, noteAcks, dogEarAcks, values } = sent;
      if (place && place !== document.pushed) {
        const items = [{ ...this.hintsOf(document), ...place }];
        await line.ask('POST', 'plugin/progress', { ...this.envelope(), items });
        document.pushed = place;
      }
      if (slice) {
        await document.statistics.send(slice, ({ rows, rowCount }) =>
          post<PageStatsResult>('page-stats', { rows, rowCount }),
        );
      }
      document.state.receive(await post<BookStateResult>('book-states', document.state.item()), values);
      if (noteAcks) {
        await post('annotations/exchange-ack', noteAcks);
        document.notes.dropAcks(noteAcks);
      }
      document.notes.receive(sent.notes, await post<AnnotationExchangeResult>('annotations/exchange', sent.notes));
      if (dogEarAcks) {
        await post('bookmarks/exchange-ack', dogEarAcks);
        document.dogEars.dropAcks(dogEarAcks);
      }
      const dogEars = await post<BookmarkExchangeResult>('bookmarks/exchange', sent.dogEars);
      document.dogEars.receive(sent.dogEars, dogEars, this.clock.wallClock());
      await line.ask('GET', `syncs/progress/${document.hash}`);
    }
  }
}

function resultOf<T>({ results }: Results<T>): T {
  const [result] = results;
  if (!result) throw new Error('a document was not recognised');
  return result;
}
