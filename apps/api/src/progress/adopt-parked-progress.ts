import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { lockFiles } from '../database/index.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { TakeInReports } from './take-in-reports.ts';

/** Lets parked progress join the file its document turned out to be. Runs inside the caller's transaction. */
@Injectable()
export class AdoptParkedProgress {
  constructor(
    private readonly parked: ParkedProgressRepository,
    private readonly takeInReports: TakeInReports,
  ) {}

  /** @param files The file of each document. */
  async run(tx: EntityManager, userId: number, files: ReadonlyMap<string, number>): Promise<void> {
    const documents = await this.parked.findParked(tx, userId, [...files.keys()]);
    if (documents.length === 0) return;
    // All files of the request at once, in order of id: one document after the other would lock them in the device's order.
    await lockFiles(tx, userId, [...files.values()]);
    const reports = await this.parked.take(tx, userId, documents);
    await this.takeInReports.run(
      tx,
      userId,
      reports.flatMap((report) => {
        const bookFileId = files.get(report.document);
        return bookFileId === undefined ? [] : [{ ...report, bookFileId }];
      }),
      'whenRead',
    );
    await tx.query(`DELETE FROM unmatched_documents WHERE user_id = $1 AND document = ANY ($2)`, [userId, documents]);
  }
}
