import { Injectable } from '@nestjs/common';
import type { SyncBookAnswer } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';
import {
  AckAnnotations,
  AckBookmarks,
  ExchangeAnnotations,
  ExchangeBookmarks,
  exchangingDevice,
} from '../annotations/index.ts';
import type { DocumentMatch } from '../fingerprint/index.ts';
import type { CheckedBook } from './checked-books.ts';
import type { SyncRequestDto } from './sync.dto.ts';

type Answer = Pick<SyncBookAnswer, 'annotations' | 'bookmarks' | 'acks'>;

/** A book of the request with the file it is. */
interface FileBook {
  readonly checked: CheckedBook;
  readonly hash: string;
  readonly bookId: number;
  readonly bookFileId: number;
  readonly domVersion?: number;
  readonly receives: boolean;
}

/** The annotations' and bookmarks' part of a request: what the device did first, then what is new on either side. */
@Injectable()
export class SyncAnnotations {
  constructor(
    private readonly ackAnnotations: AckAnnotations,
    private readonly ackBookmarks: AckBookmarks,
    private readonly exchangeAnnotations: ExchangeAnnotations,
    private readonly exchangeBookmarks: ExchangeBookmarks,
  ) {}

  /** @returns An answer for each book that is a file. */
  async run(
    tx: EntityManager,
    userId: number,
    request: SyncRequestDto,
    books: readonly CheckedBook[],
    matches: ReadonlyMap<string, DocumentMatch>,
    now: Date,
  ): Promise<ReadonlyMap<CheckedBook, Answer>> {
    const device = exchangingDevice(request);
    const files = books.flatMap((checked) => fileBook(checked, matches));
    const having = <T>(part: (checked: CheckedBook) => T | undefined) =>
      files.flatMap((file) => {
        const said = part(file.checked);
        return said === undefined ? [] : [{ ...file, said }];
      });
    const acked = having(({ annotationAcks }) => annotationAcks).map(({ said, ...file }) => ({
      ...file,
      request: said,
    }));
    const ackedDogEars = having(({ bookmarkAcks }) => bookmarkAcks).map(({ said, ...file }) => ({
      ...file,
      request: said,
    }));
    const changed = having(({ annotations }) => annotations).map(({ said, ...file }) => ({ ...file, request: said }));
    const changedDogEars = having(({ bookmarks }) => bookmarks).map(({ said, ...file }) => ({ ...file, ...said }));
    const acks = await this.ackAnnotations.run(tx, userId, device, acked, now);
    const dogEarAcks = await this.ackBookmarks.run(tx, userId, device, ackedDogEars, now);
    const annotations = await this.exchangeAnnotations.run(tx, userId, device, changed, now);
    const bookmarks = await this.exchangeBookmarks.run(tx, userId, device, changedDogEars, now);
    const ackCounts = answersOf(acked, acks);
    const dogEarAckCounts = answersOf(ackedDogEars, dogEarAcks);
    const annotationAnswers = answersOf(changed, annotations);
    const bookmarkAnswers = answersOf(changedDogEars, bookmarks);
    return new Map(
      files.map(({ checked }): [CheckedBook, Answer] => {
        const [ack, dogEarAck] = [ackCounts.get(checked), dogEarAckCounts.get(checked)];
        const [annotation, bookmark] = [annotationAnswers.get(checked), bookmarkAnswers.get(checked)];
        return [
          checked,
          {
            ...(annotation && { annotations: withoutIds(annotation) }),
            ...(bookmark && { bookmarks: withoutIds(bookmark) }),
            ...((ack ?? dogEarAck) && {
              acks: {
                ...(ack && { annotations: { acked: ack.acked } }),
                ...(dogEarAck && { bookmarks: { acked: dogEarAck.acked } }),
              },
            }),
          },
        ];
      }),
    );
  }
}

function fileBook(checked: CheckedBook, matches: ReadonlyMap<string, DocumentMatch>): FileBook[] {
  const { hash, domVersion, receive } = checked.book;
  const match = matches.get(hash);
  if (match?.kind !== 'matched') return [];
  const { bookId, bookFileId } = match;
  return [{ checked, hash, bookId, bookFileId, domVersion, receives: receive ?? true }];
}

/** Answers come in the order of the books that have the part. */
function answersOf<T>(books: readonly FileBook[], answers: readonly T[]): ReadonlyMap<CheckedBook, T> {
  return new Map(
    books.flatMap(({ checked }, n) => {
      const answer = answers[n];
      return answer === undefined ? [] : [[checked, answer] as const];
    }),
  );
}

function withoutIds<T extends { readonly hash: string; readonly bookId: number }>(
  answer: T,
): Omit<T, 'hash' | 'bookId'> {
  const { hash: _hash, bookId: _bookId, ...rest } = answer;
  return rest;
}
