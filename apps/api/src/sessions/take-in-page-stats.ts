import { Injectable } from '@nestjs/common';
import type { PageStatsResult } from '@bookorbit/contracts';
import { judgeUpload, type KnownUpload } from '@bookorbit/domain-reading-sessions';
import type { EntityManager } from 'typeorm';
import { lockFiles } from '../database/index.ts';
import type { CheckedStats, StatRows } from './check-page-stats.ts';
import { PageStatRepository, type StatsOfFile, type UploadState } from './page-stat.repository.ts';
import { RecomputeSessions } from './recompute-sessions.ts';

/** Page stats of one file, checked. */
export interface FileStats extends StatsOfFile {
  readonly hash: string;
  /** Of rows that were left out, too, only the start is known. */
  readonly stats: StatRows & Partial<Pick<CheckedStats, 'sentTimes'>>;
  /** Rows the device holds for this file in all. */
  readonly rowCount?: number;
}

/** The one way in for page stats: lock, store each once, recompute what they touch. Runs inside the caller's transaction. */
@Injectable()
export class TakeInPageStats {
  constructor(
    private readonly stats: PageStatRepository,
    private readonly recomputeSessions: RecomputeSessions,
  ) {}

  /** @returns A result for each file, in the order of `files`. */
  async run(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    files: readonly FileStats[],
    now: Date,
  ): Promise<PageStatsResult[]> {
    if (files.length === 0) return [];
    const fileIds = files.map(({ bookFileId }) => bookFileId);
    await lockFiles(tx, userId, fileIds);
    const known = await this.stats.findKnown(tx, userId, deviceId, fileIds);
    const contested = files.filter(({ bookFileId }) => known.get(bookFileId)?.isContested);
    const takenOver = contested.length > 0 ? await this.stats.findTakenOver(tx, userId, deviceId, contested) : [];
    const stored = await this.stats.store(tx, userId, deviceId, files);
    await this.recomputeSessions.run(tx, userId, [...stored.windows, ...takenOver]);
    const seconds = Math.floor(now.getTime() / 1000);
    const outcomes = files.map((file) =>
      outcomeOf(file, known.get(file.bookFileId)?.upload, stored.acceptedByFile, seconds),
    );
    await this.stats.saveUploads(tx, userId, deviceId, mergedUploads(outcomes));
    return outcomes.map(({ result }) => result);
  }
}

interface Outcome {
  readonly bookFileId: number;
  readonly upload: KnownUpload;
  readonly result: PageStatsResult;
}

function outcomeOf(
  { bookFileId, hash, stats: { startTimes, sentTimes = startTimes }, rowCount }: FileStats,
  known: UploadState | undefined,
  acceptedByFile: ReadonlyMap<number, number>,
  now: number,
): Outcome {
  const { upload, watermark } = judgeUpload(known, { startTimes: sentTimes, rowCount }, now);
  // Two documents of a request may be one file: none counts more than it sent.
  const accepted = Math.min(acceptedByFile.get(bookFileId) ?? 0, startTimes.length);
  return { bookFileId, upload, result: { hash, accepted, duplicates: startTimes.length - accepted, watermark } };
}

/** Two documents of a request may be one file. */
function mergedUploads(outcomes: readonly Outcome[]): UploadState[] {
  const byFile = new Map<number, UploadState>();
  for (const { bookFileId, upload } of outcomes) {
    const known = byFile.get(bookFileId);
    byFile.set(bookFileId, {
      bookFileId,
      watermark: Math.max(upload.watermark, known?.watermark ?? 0),
      rowCount: upload.rowCount ?? known?.rowCount,
      firstStart: Math.min(upload.firstStart ?? Infinity, known?.firstStart ?? Infinity),
    });
  }
  return [...byFile.values()];
}
