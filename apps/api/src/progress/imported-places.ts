import { Injectable } from '@nestjs/common';
import { newestOf } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import { ProgressRepository, reportOf, type ReportRow, type StoredReport } from './progress.repository.ts';

/** What imports need of the places in a file besides taking them in. Callers hold the file's lock. */
@Injectable()
export class ImportedPlaces {
  constructor(private readonly progress: ProgressRepository) {}

  /** The shared place. */
  find(tx: EntityManager, userId: number, bookFileId: number): Promise<StoredReport | undefined> {
    return this.progress.findShared(tx, userId, bookFileId);
  }

  /**
   * Takes back the place an import brought. Was it the shared one, then that is again what it was before, or the newest that came since.
   *
   * @param before The shared place when the import came.
   * @returns How many places went.
   */
  async takeBack(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    bookFileId: number,
    before: StoredReport | undefined,
  ): Promise<number> {
    const parameters = [userId, deviceId, bookFileId];
    const [[gone]] = await tx.query<[{ sequence: string }[], number]>(
      `DELETE FROM device_progress WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3 RETURNING sequence`,
      parameters,
    );
    await tx.query(
      `DELETE FROM progress_history WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3`,
      parameters,
    );
    await tx.query(
      `DELETE FROM progress_reset_devices WHERE user_id = $1 AND device_id = $2 AND book_file_id = $3`,
      parameters,
    );
    const shared = await this.progress.findShared(tx, userId, bookFileId);
    if (shared?.deviceId === deviceId) {
      const since = await tx.query<ReportRow[]>(
        `SELECT * FROM device_progress WHERE user_id = $1 AND book_file_id = $2 AND sequence > $3`,
        [userId, bookFileId, gone?.sequence ?? shared.sequence],
      );
      const known = [...(before ? [before] : []), ...since.map(reportOf)];
      const newest = known.find(({ sequence }) => sequence === newestOf(known)?.sequence);
      if (newest) await this.progress.save(tx, userId, [{ bookFileId, own: [], shared: newest, news: [] }]);
      else await tx.query(`DELETE FROM file_progress WHERE user_id = $1 AND book_file_id = $2`, [userId, bookFileId]);
    }
    return gone ? 1 : 0;
  }

  /** Lets go what an import brought of documents that are no file. */
  async forgetLoose(tx: EntityManager, userId: number, deviceId: string): Promise<void> {
    for (const table of ['parked_progress', 'unmatched_documents'])
      await tx.query(`DELETE FROM ${table} WHERE user_id = $1 AND device_id = $2`, [userId, deviceId]);
  }
}
