import { Injectable } from '@nestjs/common';
import type { AnnotationAdd, AnnotationDelete, AnnotationEdit, AnnotationExchangeResult } from '@bookorbit/contracts';
import { type Annotation, type AnnotationFields, type Offers, wallClockOf } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { ExchangeFiles, type ExchangingDevice, type FileExchange } from './exchange-files.ts';

/** A file a device exchanges annotations of. */
export interface BookExchange extends FileExchange {
  readonly hash: string;
  readonly bookId: number;
}

/** Exchanges highlights and notes both ways. Runs inside the caller's transaction, in a constant number of statements. */
@Injectable()
export class ExchangeAnnotations {
  constructor(private readonly exchangeFiles: ExchangeFiles) {}

  /** @returns A result for each of `books`, in their order. */
  async run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    books: readonly BookExchange[],
    now: Date,
  ): Promise<AnnotationExchangeResult[]> {
    const outcomes = await this.exchangeFiles.run(tx, userId, device, 'highlight', books, now);
    return books.flatMap(({ hash, bookId }, n) => {
      const outcome = outcomes[n];
      if (!outcome) return [];
      const { offers, applied, held, round } = outcome;
      const clockAt = (instant: number) => wallClockOf(instant, device.clock, now.getTime() / 1000);
      return {
        hash,
        bookId,
        applied,
        toApply: {
          add: offers.add.map((offer) => addOf(offer, clockAt)),
          edit: offers.edit.map((offer) => editOf(offer, clockAt)),
          delete: offers.delete.map(deleteOf),
        },
        more: offers.more,
        skippedNoPosition: offers.skippedNoPosition,
        held,
        // A second document that is the same file has no rounds of its own.
        ...(device.hasProtocol && round > 0 && { round }),
        ...(outcome.isAhead && { resend: true as const }),
      };
    });
  }
}

/** @returns A delete as the device reads it. */
export function deleteOf({ annotation, holding }: Offers['delete'][number]): AnnotationDelete {
  return { serverId: annotation.id, key: holding.key ?? '', datetime: holding.datetime };
}

function addOf(
  { annotation, fields, place }: Offers['add'][number],
  clockAt: (instant: number) => string,
): AnnotationAdd {
  return {
    serverId: annotation.id,
    version: annotation.version,
    datetime: annotation.datetime,
    datetimeUpdated: updatedOf(annotation, clockAt),
    ...wordsOf(fields),
    posFormat: place.format,
    pos0: place.pos0,
    ...(place.pos1 !== undefined && { pos1: place.pos1 }),
    ...(annotation.pageno !== undefined && { pageno: annotation.pageno }),
  };
}

function editOf(
  { annotation, fields, holding, place }: Offers['edit'][number],
  clockAt: (instant: number) => string,
): AnnotationEdit {
  return {
    serverId: annotation.id,
    version: annotation.version,
    key: holding.key ?? '',
    datetime: holding.datetime,
    datetimeUpdated: updatedOf(annotation, clockAt),
    ...wordsOf(fields),
    ...(place && {
      pos0: place.pos0,
      ...(place.pos1 !== undefined && { pos1: place.pos1 }),
      ...(annotation.pageno !== undefined && { pageno: annotation.pageno }),
    }),
  };
}

function wordsOf({ drawer = 'lighten', color, text, note, chapter }: AnnotationFields) {
  return {
    drawer,
    ...(color !== undefined && { color }),
    ...(text !== undefined && { text }),
    ...(note !== undefined && { note }),
    ...(chapter !== undefined && { chapter }),
  };
}

function updatedOf({ createdAt, fieldTimes }: Annotation, clockAt: (instant: number) => string): string {
  return clockAt(Math.max(createdAt, ...Object.values(fieldTimes)));
}
