import { DataSource, type EntityManager } from 'typeorm';
import type {
  AckAnswer,
  AnnotationExchangeAnswer,
  AnnotationUploadAnswer,
  BookmarkExchangeAnswer,
} from '@bookorbit/contracts';
import { DeviceRepository, type DevicePrincipal } from '../../auth/index.ts';
import { Clock } from '../../clock/index.ts';
import { type DatabaseConnection, Transaction, dataSourceOptions } from '../../database/index.ts';
import { MatchDocuments } from '../../fingerprint/index.ts';
import { MatchRepository } from '../../fingerprint/match.repository.ts';
import { validationPipe } from '../../http/index.ts';
import type { BookTranslator } from '../../positions/index.ts';
import { AckAnnotations, AckBookmarks } from '../ack-annotations.ts';
import { AckFiles } from '../ack-files.ts';
import { AnchorAnnotations } from '../anchor-annotations.ts';
import { AnnotationAnchorRepository } from '../annotation-anchor.repository.ts';
import { AnnotationRepository } from '../annotation.repository.ts';
import { ExchangeAnnotations } from '../exchange-annotations.ts';
import { ExchangeBookmarks } from '../exchange-bookmarks.ts';
import { BooksDto } from '../exchange.dto.ts';
import { ExchangeFiles } from '../exchange-files.ts';
import { PluginAnnotations } from '../plugin-annotations.ts';
import { type ForeignPlaces, PositionTranslator, type TranslatedPlace } from '../position-translator.ts';

/** A clock specs set. */
export class SetClock extends Clock {
  seconds = Date.UTC(2026, 10, 18, 11, 6, 43) / 1000;

  override now(): Date {
    return new Date(this.seconds * 1000);
  }
}

/** Has no books to look into. */
class NoBooks extends PositionTranslator {
  toXpointer(): Promise<TranslatedPlace> {
    return Promise.resolve({ kind: 'lost', reason: 'there are no books' });
  }

  toDialects(_tx: EntityManager, files: readonly ForeignPlaces[]): Promise<TranslatedPlace[][]> {
    return Promise.all(files.map(({ places }) => Promise.all(places.map(() => this.toXpointer()))));
  }
}

const UNREADABLE: Pick<BookTranslator, 'translateAll'> = {
  translateAll: (_tx, files) =>
    Promise.resolve(
      files.map(({ asked }) => asked.map(() => ({ kind: 'lost', reason: 'there are no books', isUnread: true }))),
    ),
};

/** The plugin's routes for annotations with a database of their own, requests going through the real pipe. */
export class AnnotationServer {
  readonly clock = new SetClock();
  readonly repository = new AnnotationRepository();
  readonly transaction: Transaction;
  readonly anchorAnnotations: AnchorAnnotations;
  private readonly plugin: PluginAnnotations;

  private constructor(
    readonly dataSource: DataSource,
    translator: PositionTranslator,
    books: BookTranslator,
  ) {
    this.transaction = new Transaction(dataSource);
    this.anchorAnnotations = new AnchorAnnotations(
      dataSource,
      this.transaction,
      new AnnotationAnchorRepository(),
      this.repository,
      books,
      this.clock,
    );
    const exchangeFiles = new ExchangeFiles(this.repository, translator);
    const ackFiles = new AckFiles(this.repository);
    this.plugin = new PluginAnnotations(
      this.transaction,
      new MatchDocuments(new MatchRepository()),
      new ExchangeAnnotations(exchangeFiles),
      new ExchangeBookmarks(exchangeFiles),
      new AckAnnotations(ackFiles),
      new AckBookmarks(ackFiles),
      exchangeFiles,
      this.anchorAnnotations,
      new DeviceRepository(),
      this.clock,
    );
  }

  static async start(
    connection: DatabaseConnection,
    translator: PositionTranslator = new NoBooks(),
    books: Pick<BookTranslator, 'translateAll'> = UNREADABLE,
  ): Promise<AnnotationServer> {
    const dataSource = await new DataSource(dataSourceOptions(connection)).initialize();
    return new AnnotationServer(dataSource, translator, books as BookTranslator);
  }

  async stop(): Promise<void> {
    await this.dataSource.destroy();
  }

  async exchange(userId: number, body: object): Promise<AnnotationExchangeAnswer> {
    return this.plugin.exchange(principalOf(userId), await checked(body));
  }

  async ack(userId: number, body: object): Promise<AckAnswer> {
    return this.plugin.ack(principalOf(userId), await checked(body));
  }

  async upload(userId: number, body: object): Promise<AnnotationUploadAnswer> {
    return this.plugin.upload(principalOf(userId), await checked(body));
  }

  async exchangeBookmarks(userId: number, body: object): Promise<BookmarkExchangeAnswer> {
    return this.plugin.exchangeDogEars(principalOf(userId), await checked(body));
  }

  async ackBookmarks(userId: number, body: object): Promise<AckAnswer> {
    return this.plugin.ackDogEars(principalOf(userId), await checked(body));
  }
}

function principalOf(userId: number): DevicePrincipal {
  return { userId, accountName: 'spec', isSyncEnabled: true };
}

async function checked(body: object): Promise<BooksDto> {
  // As over the wire: nothing but JSON comes through.
  const wire: unknown = JSON.parse(JSON.stringify(body));
  return (await validationPipe().transform(wire, { type: 'body', metatype: BooksDto })) as BooksDto;
}
