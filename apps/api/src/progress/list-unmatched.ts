import { Injectable } from '@nestjs/common';
import type { UnmatchedDocument } from '@bookorbit/contracts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { UnmatchedRepository } from './unmatched.repository.ts';

/** Lists documents without a file. Those whose file came into a library since are recognised first and leave the list. */
@Injectable()
export class ListUnmatched {
  constructor(
    private readonly transaction: Transaction,
    private readonly unmatched: UnmatchedRepository,
    private readonly matchDocuments: MatchDocuments,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly clock: Clock,
  ) {}

  run(userId: number): Promise<UnmatchedDocument[]> {
    return this.transaction.run(async (tx) => {
      const listed = await this.unmatched.list(tx, userId);
      const matches = await this.matchDocuments.run(tx, userId, listed, this.clock.now(), true);
      const found = new Map(
        [...matches].flatMap(([document, match]) => (match.kind === 'matched' ? [[document, match.bookFileId]] : [])),
      );
      await this.adoptParkedProgress.run(tx, userId, found);
      if (found.size > 0) await this.unmatched.remove(tx, userId, [...found.keys()]);
      return listed.filter(({ document }) => !found.has(document));
    });
  }
}
