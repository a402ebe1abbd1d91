import type { AnnotationKind, DeviceItem, ListedKey } from './annotation.ts';

/** What a device says of one kind of annotation in one file. */
export interface ExchangeRequest {
  readonly kind: AnnotationKind;
  /** Keys of what the device has. */
  readonly keys: readonly ListedKey[];
  readonly keysComplete: boolean;
  readonly changes: readonly DeviceItem[];
  /** What was deleted on the device; only clients with `protocol` say. */
  readonly deleted: readonly ListedKey[];
  /** The user said yes to a mass deletion. */
  readonly confirmedDeletes: boolean;
  /** How many exchanges of the file the device remembers; only our plugin says. */
  readonly round?: number;
}

/**
 * Whether a device remembers more exchanges of a file than the server: the server was restored from a backup, the device was forgotten,
 * or its document is another file now. What the device believes to be agreed on is then to be said anew.
 *
 * @param known The exchanges of this device and file that the server knows of.
 * @param said Those the device knows of. An answer that was lost leaves it behind, never ahead.
 */
export function isAhead(known: number | undefined, said: number | undefined): boolean {
  return said !== undefined && said > (known ?? 0);
}
