import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.ts';
import { lockFiles, Transaction } from '../database/index.ts';
import { MatchDocuments } from '../fingerprint/index.ts';
import { Refusal } from '../http/index.ts';
import { AccessibleFiles, raiseLibraryVersion } from '../libraries/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { ProgressRepository } from './progress.repository.ts';
import { UnmatchedRepository } from './unmatched.repository.ts';

/** What a user does about documents that match no file. */
@Injectable()
export class LinkDocument {
  constructor(
    private readonly transaction: Transaction,
    private readonly unmatched: UnmatchedRepository,
    private readonly files: AccessibleFiles,
    private readonly matchDocuments: MatchDocuments,
    private readonly adoptParkedProgress: AdoptParkedProgress,
    private readonly progress: ProgressRepository,
    private readonly parked: ParkedProgressRepository,
    private readonly clock: Clock,
  ) {}

  /** Ties a document to a file; its parked progress joins the file's. */
  async link(userId: number, unmatchedId: number, bookFileId: number): Promise<void> {
    await this.transaction.run(async (tx) => {
      const document = await this.unmatched.findDocument(tx, userId, unmatchedId);
      if (document === undefined) throw new Refusal('not_found', 'There is no such unmatched book.');
      if (!(await this.files.findFile(tx, userId, bookFileId)))
        throw new Refusal('not_found', 'There is no such file.');
      await this.unmatched.linkByHand(tx, userId, document, bookFileId, this.clock.now());
      await this.adoptParkedProgress.run(tx, userId, new Map([[document, bookFileId]]));
      await this.unmatched.remove(tx, userId, [document]);
      await raiseLibraryVersion(tx);
    });
  }

  /** Undoes a link. What devices reported under the document leaves the file with it and waits as before. */
  async unlink(userId: number, linkId: number): Promise<void> {
    const now = this.clock.now();
    await this.transaction.run(async (tx) => {
      const link = await this.unmatched.unlink(tx, userId, linkId);
      if (!link) throw new Refusal('not_found', 'There is no such link.');
      const { document, bookFileId, origin } = link;
      if (origin === 'content') await this.unmatched.refuse(tx, userId, document, bookFileId, now);
      await lockFiles(tx, userId, [bookFileId]);
      const matches = await this.matchDocuments.run(tx, userId, [{ document }], now, true);
      const match = matches.get(document);
      if (match?.kind === 'matched' && match.bookFileId === bookFileId) return;
      const reports = await this.progress.takeOutDocument(tx, userId, bookFileId, document);
      await this.parked.park(
        tx,
        userId,
        reports.map(({ position, ...report }) => ({
          ...report,
          document,
          progress: position.xpointer ?? position.page,
        })),
        true,
      );
      await this.matchDocuments.noteLoose(tx, userId, reports[0]?.deviceId ?? '', [{ document }], matches, now);
      await raiseLibraryVersion(tx);
    });
  }

  /** Dismissed entries stay in the list, apart; new reports on them do not bring them back. */
  async setDismissed(userId: number, unmatchedId: number, isDismissed: boolean): Promise<void> {
    await this.transaction.run(async (tx) => {
      const document = await this.unmatched.findDocument(tx, userId, unmatchedId);
      if (document === undefined) throw new Refusal('not_found', 'There is no such unmatched book.');
      await this.unmatched.setDismissed(tx, userId, unmatchedId, isDismissed ? this.clock.now() : null);
    });
  }
}
