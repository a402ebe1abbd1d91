import { Injectable } from '@nestjs/common';
import { acceptArrival, acceptReport, type FileProgress, type ProgressReport } from '@bookorbit/domain-progress';
import type { EntityManager } from 'typeorm';
import { StepStatuses } from '../book-states/index.ts';
import { type FileChange, ProgressRepository, type StoredReport } from './progress.repository.ts';

/** A report on a file, before it has its number. */
export type NewReport = Omit<StoredReport, 'sequence'> & { readonly bookFileId: number };

/** The part every way in shares: lock the files, let the rules decide, save. Runs inside the caller's transaction. */
@Injectable()
export class TakeInReports {
  constructor(
    private readonly progress: ProgressRepository,
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
    await this.progress.lockFiles(
      tx,
      userId,
      reports.map(({ bookFileId }) => bookFileId),
    );
    const known = await this.progress.findKnown(tx, userId, reports);
    const accept = counts === 'whenRead' ? acceptReport : acceptArrival;
    const files = new Map<number, FileState>();
    for (const [n, { bookFileId, ...report }] of reports.entries()) {
      const before = known[n];
      if (!before) throw new Error('a report came back without what is known');
      const file = files.get(bookFileId) ?? {
        shared: before.shared,
        own: new Map<string, ProgressReport | undefined>(),
        change: { own: new Map(), news: [] },
      };
      files.set(bookFileId, file);
      if (!file.own.has(report.deviceId)) file.own.set(report.deviceId, before.own);
      apply(file, { ...report, sequence: before.sequence }, accept);
    }
    const changes = [...files].flatMap(([bookFileId, { change }]) => changeOf(bookFileId, change));
    if (changes.length === 0) return;
    await this.progress.save(tx, userId, changes);
    const places = changes.flatMap(({ bookFileId, news }) => news.map((report) => ({ ...report, bookFileId })));
    await this.stepStatuses.run(tx, userId, places, Math.max(...reports.map(({ receivedAt }) => receivedAt)));
  }
}

interface FileState {
  shared: ProgressReport | undefined;
  readonly own: Map<string, ProgressReport | undefined>;
  readonly change: { readonly own: Map<string, StoredReport>; shared?: StoredReport; readonly news: StoredReport[] };
}

function apply(file: FileState, report: StoredReport, accept: typeof acceptReport): void {
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
  if (decision.isNews) file.change.news.push(report);
}

function changeOf(bookFileId: number, { own, shared, news }: FileState['change']): FileChange[] {
  if (own.size === 0 && !shared && news.length === 0) return [];
  return [{ bookFileId, own: [...own.values()], shared, news }];
}
