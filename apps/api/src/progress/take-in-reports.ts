import { Injectable } from '@nestjs/common';
import {
  acceptArrival,
  acceptReport,
  type FileProgress,
  judgeReset,
  type ProgressDecision,
  type ProgressReport,
  type Reset,
} from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import { StepStatuses } from '../book-states/index.ts';
import { lockFiles } from '../database/index.ts';
import { type FileChange, type KnownProgress, ProgressRepository, type StoredReport } from './progress.repository.ts';
import { type ResetFollowing, resetKey, ResetRepository } from './reset.repository.ts';

/** A report on a file, before it has its number. */
export type NewReport = Omit<StoredReport, 'sequence'> & { readonly bookFileId: number };

/** The part every way in shares: lock the files, let the rules decide, save. Runs inside the caller's transaction. */
@Injectable()
export class TakeInReports {
  constructor(
    private readonly progress: ProgressRepository,
    private readonly resets: ResetRepository,
    private readonly stepStatuses: StepStatuses,
  ) {}

  /** @param counts `whenRead`: by the time it was read. `whenItArrives`: the last write wins. */
  async run(
    tx: EntityManager,
    userId: number,
    reports: readonly NewReport[],
    counts: 'whenRead' | 'whenItArrives',
  ): Promise<void> {
    if (reports.length === 0) return;
    await lockFiles(
      tx,
      userId,
      reports.map(({ bookFileId }) => bookFileId),
    );
    const known = await this.progress.findKnown(tx, userId, reports);
    const accept = counts === 'whenRead' ? acceptReport : acceptArrival;
    const holding = holdingOf(reports, known);
    const following = new Map<string, ResetFollowing>();
    const files = new Map<number, FileState>();
    for (const [n, { bookFileId, ...report }] of reports.entries()) {
      const before = known[n];
      if (!before) throw new Error('a report came back without what is known');
      const file = files.get(bookFileId) ?? {
        shared: before.shared,
        own: new Map<string, ProgressReport | undefined>(),
        change: { own: new Map(), news: [] },
        counted: [],
      };
      files.set(bookFileId, file);
      if (!file.own.has(report.deviceId)) file.own.set(report.deviceId, before.own);
      const isHeld = report.source !== 'web' && follow(bookFileId, report, holding, following);
      apply(file, { ...report, sequence: before.sequence }, isHeld ? ownOnly(accept) : accept, isHeld);
    }
    const changes = [...files].flatMap(([bookFileId, { change }]) => changeOf(bookFileId, change));
    if (following.size > 0) await this.resets.saveFollowing(tx, userId, [...following.values()]);
    if (changes.length === 0) return;
    await this.progress.save(tx, userId, changes);
    const places = [...files].flatMap(([bookFileId, { counted }]) =>
      counted.map((report) => ({ ...report, bookFileId })),
    );
    await this.stepStatuses.run(tx, userId, places, Math.max(...reports.map(({ receivedAt }) => receivedAt)));
  }
}

interface FileState {
  shared: ProgressReport | undefined;
  readonly own: Map<string, ProgressReport | undefined>;
  readonly change: { readonly own: Map<string, StoredReport>; shared?: StoredReport; readonly news: StoredReport[] };
  /** News that may change the status: not those of a device that has not followed a reset. */
  readonly counted: StoredReport[];
}

/** Resets that hold against the devices, by {@link resetKey}. */
function holdingOf(reports: readonly NewReport[], known: readonly KnownProgress[]): Map<string, Reset> {
  return new Map(
    reports.flatMap(({ bookFileId, deviceId }, n): [string, Reset][] => {
      const reset = known[n]?.reset;
      return reset ? [[resetKey(bookFileId, deviceId), reset]] : [];
    }),
  );
}

/** @returns Whether a reset holds against the report, which then moves its own source's row only. */
function follow(
  bookFileId: number,
  report: Pick<NewReport, 'deviceId' | 'percentage' | 'position'>,
  holding: Map<string, Reset>,
  following: Map<string, ResetFollowing>,
): boolean {
  const { deviceId } = report;
  const key = resetKey(bookFileId, deviceId);
  const reset = holding.get(key);
  if (!reset) return false;
  const decision = judgeReset(reset, report);
  switch (decision.kind) {
    case 'released':
      holding.delete(key);
      following.set(key, { bookFileId, deviceId, isReleased: true });
      return false;
    case 'held':
      if (decision.firstPlace) {
        holding.set(key, { ...reset, firstPlace: decision.firstPlace });
        following.set(key, { bookFileId, deviceId, isReleased: false, firstPlace: decision.firstPlace });
      }
      return true;
  }
}

function ownOnly(accept: typeof acceptReport): typeof acceptReport {
  return (known, report): ProgressDecision => ({ ...accept(known, report), shared: undefined });
}

function apply(file: FileState, report: StoredReport, accept: typeof acceptReport, isHeld: boolean): void {
  const known: FileProgress = { shared: file.shared, own: file.own.get(report.deviceId) };
  const decision = accept(known, report);
  if (decision.own) {
    file.own.set(report.deviceId, decision.own);
    file.change.own.set(report.deviceId, report);
  }
  if (decision.shared) {
    file.shared = decision.shared;
    file.change.shared = report;
  }
  if (!decision.isNews) return;
  file.change.news.push(report);
  if (!isHeld) file.counted.push(report);
}

function changeOf(bookFileId: number, { own, shared, news }: FileState['change']): FileChange[] {
  if (own.size === 0 && !shared && news.length === 0) return [];
  return [{ bookFileId, own: [...own.values()], shared, news }];
}
