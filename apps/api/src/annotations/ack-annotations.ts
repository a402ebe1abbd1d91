import { Injectable } from '@nestjs/common';
import type { AckAnswer } from '@bookorbit/contracts';
import type { AnnotationKind } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { AckFiles, type FileAcks } from './ack-files.ts';
import type { ExchangingDevice } from './exchange-files.ts';

/** The acks of one document. */
export interface BookAcks extends FileAcks {
  readonly hash: string;
}

/** Takes in what a device did of what it was asked. Runs inside the caller's transaction, in a constant number of statements. */
@Injectable()
export class AckAnnotations {
  constructor(private readonly ackFiles: AckFiles) {}

  /** @returns A result for each of `books`, in their order. */
  run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    books: readonly BookAcks[],
    now: Date,
  ): Promise<AckAnswer['results']> {
    return ackResults(this.ackFiles, tx, userId, device, 'highlight', books, now);
  }
}

/** The same for dog-eared pages. */
@Injectable()
export class AckBookmarks {
  constructor(private readonly ackFiles: AckFiles) {}

  /** @returns A result for each of `books`, in their order. */
  run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    books: readonly BookAcks[],
    now: Date,
  ): Promise<AckAnswer['results']> {
    return ackResults(this.ackFiles, tx, userId, device, 'bookmark', books, now);
  }
}

async function ackResults(
  ackFiles: AckFiles,
  tx: EntityManager,
  userId: number,
  device: ExchangingDevice,
  kind: AnnotationKind,
  books: readonly BookAcks[],
  now: Date,
): Promise<AckAnswer['results']> {
  const counts = await ackFiles.run(tx, userId, device, kind, books, now);
  return books.map(({ hash }, n) => ({ hash, acked: counts[n] ?? 0 }));
}
