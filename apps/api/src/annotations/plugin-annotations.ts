import { Injectable } from '@nestjs/common';
import {
  type AckAnswer,
  type AnnotationExchangeAnswer,
  type AnnotationUploadAnswer,
  type BookmarkExchangeAnswer,
  LIMITS,
  type RejectedItem,
  type ServerEnvelope,
} from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import { type DevicePrincipal, DeviceRepository } from '../auth/index.ts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { checkItems, type DocumentHintsDto, leavesBadItemsOut, seenDevice, serverEnvelope } from '../device/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import type { DtoClass } from '../http/index.ts';
import { AckAnnotations, AckBookmarks } from './ack-annotations.ts';
import { ANCHORED_WITHIN_MILLISECONDS, AnchorAnnotations } from './anchor-annotations.ts';
import { ExchangeAnnotations } from './exchange-annotations.ts';
import { ExchangeBookmarks } from './exchange-bookmarks.ts';
import { AckBookDto, type BooksDto, ExchangeBookDto, UploadBookDto } from './exchange.dto.ts';
import { ExchangeFiles } from './exchange-files.ts';
import {
  exchangingDevice,
  mostAnnotationChanges,
  readAcks,
  readAnnotations,
  readBookmarks,
  readingOf,
  readUpload,
} from './read-exchange.ts';

/** A book entry and the file it turned out to be. */
interface Matched {
  readonly hash: string;
  readonly bookId: number;
  readonly bookFileId: number;
}

interface Answered<R> extends ServerEnvelope {
  readonly results: readonly R[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

/** The plugin's routes for annotations and bookmarks: check, match, let the use case of each do its work in one transaction. */
@Injectable()
export class PluginAnnotations {
  constructor(
    private readonly transaction: Transaction,
    private readonly matchDocuments: MatchDocuments,
    private readonly exchangeAnnotations: ExchangeAnnotations,
    private readonly exchangeBookmarks: ExchangeBookmarks,
    private readonly ackAnnotations: AckAnnotations,
    private readonly ackBookmarks: AckBookmarks,
    private readonly exchangeFiles: ExchangeFiles,
    private readonly anchorAnnotations: AnchorAnnotations,
    private readonly devices: DeviceRepository,
    private readonly clock: Clock,
  ) {}

  exchange(principal: DevicePrincipal, request: BooksDto): Promise<AnnotationExchangeAnswer> {
    const reading = readingOf(request, mostAnnotationChanges(request));
    return this.answer(
      principal,
      request,
      ExchangeBookDto,
      reading.rejected,
      (book, path) => ({ ...hintsOf(book), request: readAnnotations(book, path, reading) }),
      (tx, books, now) => this.exchangeAnnotations.run(tx, principal.userId, exchangingDevice(request), books, now),
    );
  }

  exchangeDogEars(principal: DevicePrincipal, request: BooksDto): Promise<BookmarkExchangeAnswer> {
    const reading = readingOf(request, LIMITS.bookmarkChanges);
    return this.answer(
      principal,
      request,
      ExchangeBookDto,
      reading.rejected,
      (book, path) => {
        const before = reading.rejected.length;
        const said = readBookmarks(book, path, reading);
        return { ...hintsOf(book), request: said, rejected: reading.rejected.length - before };
      },
      (tx, books, now) => this.exchangeBookmarks.run(tx, principal.userId, exchangingDevice(request), books, now),
    );
  }

  ack(principal: DevicePrincipal, request: BooksDto): Promise<AckAnswer> {
    const reading = readingOf(request, 0);
    return this.answer(
      principal,
      request,
      AckBookDto,
      reading.rejected,
      (book, path) => ({ request: readAcks(book, path, reading) }),
      (tx, books, now) => this.ackAnnotations.run(tx, principal.userId, exchangingDevice(request), books, now),
    );
  }

  ackDogEars(principal: DevicePrincipal, request: BooksDto): Promise<AckAnswer> {
    const reading = readingOf(request, 0);
    return this.answer(
      principal,
      request,
      AckBookDto,
      reading.rejected,
      (book, path) => ({ request: readAcks(book, path, reading) }),
      (tx, books, now) => this.ackBookmarks.run(tx, principal.userId, exchangingDevice(request), books, now),
    );
  }

  upload(principal: DevicePrincipal, request: BooksDto): Promise<AnnotationUploadAnswer> {
    const reading = readingOf(request, LIMITS.annotationChanges.older);
    return this.answer(
      principal,
      request,
      UploadBookDto,
      reading.rejected,
      (book, path) => ({ ...hintsOf(book), receives: false, request: readUpload(book.annotations, path, reading) }),
      async (tx, books, now) => {
        const device = exchangingDevice(request);
        const outcomes = await this.exchangeFiles.run(tx, principal.userId, device, 'highlight', books, now, false);
        return books.map(({ hash }, n) => {
          const { created = 0, updated = 0, moved = 0, unchanged = 0 } = outcomes[n]?.applied ?? {};
          return { hash, upserted: created + updated + moved + unchanged };
        });
      },
    );
  }

  private async answer<D extends DocumentHintsDto, S extends { readonly request: object }, R>(
    principal: DevicePrincipal,
    request: BooksDto,
    Book: DtoClass<D>,
    rejected: RejectedItem[],
    read: (book: D, path: string) => S,
    work: (tx: EntityManager, books: readonly (S & Matched)[], now: Date) => Promise<readonly R[]>,
  ): Promise<Answered<R>> {
    const now = this.clock.now();
    const leavesOut = leavesBadItemsOut(request);
    const checked = checkItems(Book, request.books, 'books', LIMITS.annotationBooks, leavesOut);
    const books = checked.items.map(({ item, path }) => ({ book: item, said: read(item, path) }));
    const asked = books.map(({ book }) => ({
      document: book.hash,
      contentSignature: book.contentSignature,
      alsoKnownAs: book.alsoKnownAs,
    }));
    const { answer, bookFileIds } = await this.transaction.run(async (tx) => {
      const matches = await this.matchDocuments.run(tx, principal.userId, asked, now);
      const matched = books.flatMap(({ book: { hash }, said }) => {
        const match = matches.get(hash);
        return match?.kind === 'matched' ? [{ ...said, hash, bookId: match.bookId, bookFileId: match.bookFileId }] : [];
      });
      const results = await work(tx, matched, now);
      // Last, as on every route: rows locked in one order cannot deadlock.
      await this.devices.noteSeen(tx, principal.userId, seenDevice(request, principal), now);
      const all = [...checked.rejected, ...rejected];
      const unmatched = [...new Set(books.map(({ book }) => book.hash))].filter(
        (hash) => matches.get(hash)?.kind !== 'matched',
      );
      const answer = { ...serverEnvelope(now), results, unmatched, ...(all.length > 0 && { rejected: all }) };
      return { answer, bookFileIds: matched.filter(hasChanges).map(({ bookFileId }) => bookFileId) };
    });
    // The lock is gone: books may have to be read.
    await this.anchorAnnotations.runWithin(ANCHORED_WITHIN_MILLISECONDS, principal.userId, bookFileIds);
    return answer;
  }
}

/** Whether a device says anything new of a book: acks do not. */
function hasChanges({ request }: { readonly request?: { readonly changes?: readonly unknown[] } }): boolean {
  return (request?.changes?.length ?? 0) > 0;
}

function hintsOf({ domVersion, receive }: DocumentHintsDto): {
  readonly domVersion?: number;
  readonly receives: boolean;
} {
  return { domVersion, receives: receive ?? true };
}
