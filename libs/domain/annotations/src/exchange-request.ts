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
}
