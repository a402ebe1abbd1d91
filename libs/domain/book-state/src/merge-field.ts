/** A field as one side has it. */
export interface FieldValue<T> {
  /** null: nothing is set. */
  readonly value: T | null;
  /** When it was changed, unix seconds; undefined when nobody knows. */
  readonly changedAt?: number;
}

/** What a device says of one field. `absent` says nothing: it never clears. */
export type FieldReport<T> =
  | { readonly kind: 'absent' }
  | { readonly kind: 'cleared'; readonly changedAt?: number; readonly changedOn?: string }
  | {
      readonly kind: 'set';
      readonly value: T;
      /** Unix seconds. */
      readonly changedAt?: number;
      /** A date, `YYYY-MM-DD`, where the device knows no time. */
      readonly changedOn?: string;
      /** The device says only what differs from what it was last given: it was not given this. */
      readonly isDifference?: boolean;
    };

/** What becomes of a field. */
export interface FieldDecision<T> {
  readonly field: FieldValue<T>;
  /** Whether the device's word changed it. */
  readonly isApplied: boolean;
}

/**
 * Merges one field three ways, against the last value the device is known to have had: the side that changed wins; if both did, the
 * later one; the same day, or where nobody knows, the server. Only where the server has nothing left is a device's own value of unknown
 * time taken: it can be cleared again, and could not be had again.
 *
 * @param known The value the device last sent; undefined when it never sent one.
 * @param dayOf The day an instant of the server lies in for this user, `YYYY-MM-DD`.
 * @param given The value it was last sent, if any: it may have taken it over, or the answer was lost.
 */
export function mergeField<T>(
  server: FieldValue<T>,
  known: T | null | undefined,
  report: FieldReport<T>,
  dayOf: (time: number) => string,
  given?: T,
): FieldDecision<T> {
  if (report.kind === 'absent') return { field: server, isApplied: false };
  const sent = report.kind === 'cleared' ? null : report.value;
  if (sent === server.value) return { field: server, isApplied: false };
  // What a device had before, or was given, it can choose again after the server had another value.
  const isEcho = sent === known || sent === given;
  const isChosenAgain =
    isEcho && report.changedAt !== undefined && server.changedAt !== undefined && report.changedAt > server.changedAt;
  const hasDeviceChanged = !isEcho || isChosenAgain;
  const hasServerChanged = server.value !== given && (known === undefined ? isTouched(server) : server.value !== known);
  const isApplied =
    hasDeviceChanged && (!hasServerChanged || isOnlyCopy(server, report) || isLater(report, server.changedAt, dayOf));
  return isApplied ? { field: { value: sent, changedAt: report.changedAt }, isApplied } : { field: server, isApplied };
}

/** A field somebody cleared says something too; one nobody ever touched does not. */
function isTouched(field: FieldValue<unknown>): boolean {
  return field.value !== null || field.changedAt !== undefined;
}

function isOnlyCopy(server: FieldValue<unknown>, report: FieldReport<unknown>): boolean {
  return (
    server.value === null &&
    report.kind === 'set' &&
    report.isDifference === true &&
    report.changedAt === undefined &&
    report.changedOn === undefined
  );
}

function isLater(
  report: { readonly changedAt?: number; readonly changedOn?: string },
  serverChangedAt: number | undefined,
  dayOf: (time: number) => string,
): boolean {
  if (serverChangedAt === undefined) return report.changedAt !== undefined || report.changedOn !== undefined;
  if (report.changedAt !== undefined) return report.changedAt > serverChangedAt;
  return report.changedOn !== undefined && report.changedOn > dayOf(serverChangedAt);
}
