import { Injectable } from '@nestjs/common';
import type { BookmarkExchangeResult } from '@bookorbit/contracts';
import type { Offers } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { type BookExchange, deleteOf } from './exchange-annotations.ts';
import { ExchangeFiles, type ExchangingDevice } from './exchange-files.ts';

/** Exchanges dog-eared pages both ways. Runs inside the caller's transaction, in a constant number of statements. */
@Injectable()
export class ExchangeBookmarks {
  constructor(private readonly exchangeFiles: ExchangeFiles) {}

  /** @returns A result for each of `books`, in their order. */
  async run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    books: readonly (BookExchange & { /** Changes that were left out. */ readonly rejected: number })[],
    now: Date,
  ): Promise<BookmarkExchangeResult[]> {
    const outcomes = await this.exchangeFiles.run(tx, userId, device, 'bookmark', books, now);
    return books.flatMap(({ hash, bookId, rejected }, n) => {
      const outcome = outcomes[n];
      if (!outcome) return [];
      const { offers, applied, held } = outcome;
      return {
        hash,
        bookId,
        accepted: applied.created + applied.updated + applied.moved,
        duplicates: applied.unchanged + applied.skippedDeleted,
        rejected,
        deviceDeleted: applied.deviceDeleted,
        toApply: { add: offers.add.map(addOf), delete: offers.delete.map(deleteOf) },
        more: offers.more,
        skippedConversion: offers.skippedNoPosition,
        held,
      };
    });
  }
}

function addOf({ annotation, fields, place }: Offers['add'][number]) {
  const title = fields.note ?? fields.text ?? fields.chapter;
  return {
    serverId: annotation.id,
    pos: place.pos0,
    ...(annotation.pageno !== undefined && { pageno: annotation.pageno }),
    ...(title !== undefined && { title }),
  };
}
