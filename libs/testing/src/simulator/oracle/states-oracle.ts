export type OracleField = 'status' | 'rating' | 'review';

interface Change {
  readonly by: string;
  readonly value: string;
  /** By the true clock. */
  readonly at: number;
  /** Whoever made it knew everything that was changed before. */
  readonly isInformed: boolean;
  hasReached: boolean;
  /** The server could tell when it was made. */
  isTimed: boolean;
}

interface Step {
  readonly at: number;
  readonly percentage: number;
  readonly isSure: boolean;
}

/** Changes of status, rating and review of one book, and which of them must stand in the end. */
export class StatesOracle {
  private readonly changes: Record<OracleField, Change[]> = { status: [], rating: [], review: [] };
  /** Places read, that may step the status. */
  private readonly steps: Step[] = [];

  changed(by: string, field: OracleField, value: string, at: number, isInformed: boolean): void {
    const isWeb = by === 'web';
    this.changes[field].push({ by, value, at, isInformed, hasReached: isWeb, isTimed: isWeb });
  }

  /** A request of a device said so. @param believedAt When the server can think it was changed. */
  reached(by: string, field: OracleField, value: string, believedAt: number | undefined): void {
    const change = this.changes[field].findLast((each) => each.by === by && each.value === value);
    if (!change) return;
    const isTimed = believedAt !== undefined && Math.abs(believedAt - change.at) <= 3;
    change.isTimed = isTimed && (change.isTimed || !change.hasReached);
    change.hasReached = true;
  }

  /** @param isSure Nobody else can have been the last to read before, of a client that may only have said its place again. */
  read(at: number, percentage: number, isSure: boolean): void {
    this.steps.push({ at, percentage, isSure });
  }

  /** @returns What is wrong with what the server has; '' stands for nothing. */
  judge(values: Readonly<Record<OracleField, string>>): string[] {
    return [
      ...this.judgeField('rating', values.rating),
      ...this.judgeField('review', values.review),
      ...(this.steps.length === 0 ? this.judgeField('status', values.status) : this.judgeSteppedStatus(values.status)),
    ];
  }

  private judgeField(field: OracleField, value: string): string[] {
    const reached = this.changes[field].filter(({ hasReached }) => hasReached);
    const last = reached.reduce<Change | undefined>(
      (latest, each) => (latest && latest.at > each.at ? latest : each),
      undefined,
    );
    if (!last) return [];
    const possible = new Set(reached.map((change) => change.value));
    if (!possible.has(value) && value !== '') return [`the ${field} "${value}" was chosen by nobody`];
    // Where a clock jumped meanwhile, the server cannot tell that it came last.
    if (last.isInformed && last.isTimed && value !== last.value) {
      return [`the ${field} is "${value}", and not "${last.value}", which ${last.by} chose last, knowing all before`];
    }
    // Words are given once only, so that the latest of several who did not know of each other can be told.
    const isTimed = reached.every((change) => change.isTimed);
    if (field === 'review' && isTimed && value !== last.value) {
      return [`the review is "${value}", and not the last, "${last.value}" of ${last.by}`];
    }
    return [];
  }

  private judgeSteppedStatus(value: string): string[] {
    const reached = this.changes.status.filter(({ hasReached }) => hasReached);
    const last = reached.reduce<Change | undefined>(
      (latest, each) => (latest && latest.at > each.at ? latest : each),
      undefined,
    );
    if (!last?.isInformed || !last.isTimed) return [];
    let possible = [last.value];
    for (const { at, percentage, isSure } of [...this.steps].sort((a, b) => a.at - b.at)) {
      if (at <= last.at) continue;
      const after = possible.map((status) => stepped(status, percentage));
      possible = [...new Set(isSure ? after : [...possible, ...after])];
    }
    if (possible.includes(value)) return [];
    const expected = possible.map((status) => `"${status}"`).join(' or ');
    return [
      `the status is "${value}", and not ${expected} after "${last.value}" of ${last.by} and what was read since`,
    ];
  }
}

/** What a place makes of a status. */
function stepped(status: string, percentage: number): string {
  if (percentage >= 0.98) return status === 'abandoned' ? status : 'finished';
  if (percentage >= 0.0025 && ['', 'unread', 'want_to_read', 'on_hold'].includes(status)) return 'reading';
  return status;
}
