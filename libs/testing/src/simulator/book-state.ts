import type { BookStateItem, BookStateResult, DeviceStatusName } from '@bookorbit/contracts';

/** What a device says of a book, and when each was changed by its clock. */
export interface StateValues {
  readonly status?: DeviceStatusName;
  readonly rating?: number;
  readonly review?: string;
}

export type StateField = keyof StateValues;
export const STATE_FIELDS: readonly StateField[] = ['status', 'rating', 'review'];

type Item = Omit<BookStateItem, 'hash'>;

/** Status, rating and review of one document on one device, and what was last agreed with the server. */
export class DeviceBookState {
  values: StateValues = {};
  /** Undefined: never exchanged. */
  agreed: StateValues | undefined;
  private changedAt: Partial<Record<StateField, number>> = {};
  /** `YYYY-MM-DD`: KOReader's one date, which moves for the status only. */
  private modified: string | undefined;

  change(change: StateValues, now: number, today: string): void {
    this.values = without({ ...this.values, ...change });
    for (const field of Object.keys(change) as StateField[]) this.changedAt[field] = now;
    if ('status' in change) this.modified = today;
  }

  hasNews(): boolean {
    return STATE_FIELDS.some((field) => this.values[field] !== this.agreed?.[field]);
  }

  /** What our plugin sends: only fields that differ from what was agreed, with the time they were seen to change. */
  item(): Item {
    const at = (field: StateField) => (this.agreed ? this.changedAt[field] : undefined);
    const differs = (field: StateField) => this.values[field] !== this.agreed?.[field];
    const { status, rating, review } = this.values;
    return {
      ...(differs('status') &&
        status !== undefined && { status, statusChangedAt: at('status'), statusModified: this.modified }),
      ...(differs('rating') && {
        rating,
        ratingChangedAt: at('rating'),
        ratingCleared: rating === undefined || undefined,
      }),
      ...(differs('review') && {
        reviewNote: review,
        reviewChangedAt: at('review'),
        reviewCleared: review === undefined || undefined,
      }),
    };
  }

  /** What older clients send: everything, with a date. */
  wholeItem(): Item {
    const { status, rating, review } = this.values;
    return { status, rating, reviewNote: review, statusModified: this.modified, reviewModified: this.modified };
  }

  /**
   * Takes over what the server has; what was changed here meanwhile is sent with the next request.
   *
   * @param client `ours`, or `older`: those read rating and review only, and keep what they sent where the server has nothing.
   */
  receive(answer: Omit<BookStateResult, 'hash'>, sent: StateValues, client: 'ours' | 'older' = 'ours'): void {
    const fields = client === 'ours' ? STATE_FIELDS : (['rating', 'review'] as const);
    const theirs: StateValues = {
      status: answer.status,
      rating: answer.ratingSet ? answer.rating : undefined,
      review: answer.reviewNoteSet ? answer.reviewNote : undefined,
    };
    const agreed: Record<string, unknown> = { ...this.agreed };
    const values: Record<string, unknown> = { ...this.values };
    for (const field of fields) {
      const value = theirs[field];
      // "Unread" and "want to read" have no word on a device.
      agreed[field] = field === 'status' && value === undefined ? sent[field] : value;
      const isUntouched = this.values[field] === sent[field];
      const isCleared = value === undefined && (client === 'ours' || this.agreed?.[field] === sent[field]);
      if (isUntouched && (value !== undefined || isCleared) && field !== 'status') values[field] = value;
      if (isUntouched && field === 'status' && value !== undefined) values[field] = value;
    }
    this.agreed = without(agreed);
    this.values = without(values);
  }

  copy(): DeviceBookState {
    const copy = new DeviceBookState();
    copy.values = this.values;
    copy.agreed = this.agreed;
    copy.changedAt = { ...this.changedAt };
    copy.modified = this.modified;
    return copy;
  }
}

function without(values: Readonly<Record<string, unknown>>): StateValues {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as StateValues;
}
