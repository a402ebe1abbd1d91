import type { AnnotationFields, FieldName } from './fields.ts';
import type { DeviceClock } from './wall-clock.ts';

export type AnnotationKind = 'highlight' | 'bookmark';

/** An annotation as the server keeps it: alive, or a tombstone. Times are unix seconds. */
export interface Annotation {
  /** Negative until it is stored. */
  readonly id: number;
  readonly kind: AnnotationKind;
  /** Identity on devices: the wall clock of the one that made it. */
  readonly datetime: string;
  readonly fields: AnnotationFields;
  /** When each field last changed; one that is absent is as old as the annotation. */
  readonly fieldTimes: Readonly<Partial<Record<FieldName, number>>>;
  readonly createdAt: number;
  /** Grows with every change that devices have to hear of. */
  readonly version: number;
  /** Version in which the place last changed. */
  readonly placeVersion: number;
  readonly deletedAt?: number;
  /** Every key any device knew it by that no holding says any more. */
  readonly keys: readonly string[];
  /** Values of fields that were replaced by others, newest last; see `formerValues`. */
  readonly former: readonly string[];
  readonly pageno?: number;
}

/** What one device has, or may have, of one annotation. */
export interface Holding {
  readonly annotationId: number;
  readonly deviceId: string;
  readonly hasIt: boolean;
  /** It had it without being given it by the server. */
  readonly isOwn?: boolean;
  /** The key the device knows it by, or will once it applied an add. */
  readonly key?: string;
  /** The datetime the device holds it under. */
  readonly datetime: string;
  /** What the device had when it last said or acknowledged something. */
  readonly base?: AnnotationFields;
  /** 0: nobody knows whether it was this device that said and acknowledged what is recorded here. */
  readonly ackedVersion: number;
  /** `placeVersion` of the annotation the device is up to date with. */
  readonly placeVersion: number;
  /** Versions sent and not acknowledged, oldest first. */
  readonly offers: readonly Offer[];
  readonly isDeleteOffered: boolean;
  /** Exchanges that offered the same without an answer. */
  readonly timesOffered: number;
  /** The device deleted it along with too many others: waits for the user, since then. */
  readonly heldAt?: number;
  readonly failure?: Failure;
  /** Digests of what the device had before `base`, newest last; `deleted` where it had deleted it. */
  readonly past: readonly string[];
  /** The device's own clock when it said the above (`saidAt`). */
  readonly saidAt?: number;
}

export interface Offer {
  readonly version: number;
  readonly placeVersion: number;
  readonly fields: AnnotationFields;
}

/** A device could not do what it was asked; it is not asked again until something changes. */
export interface Failure {
  readonly version: number;
  readonly reason: string;
  readonly at: number;
}

/** The device that asks, and how. */
export interface AskingDevice {
  readonly deviceId: string;
  /** Our plugin, which says what it deletes. */
  readonly hasProtocol: boolean;
  readonly clock: DeviceClock;
  readonly domVersion?: number;
  /** False: two-way sync is off. */
  readonly receives: boolean;
  /** Whether it never exchanged this file before. */
  readonly isFirstSync: boolean;
  /** Whether it did by its own word; the server may have forgotten. */
  readonly hasExchanged?: boolean;
  /** How many exchanges of this file it remembered when it last said so. */
  readonly saidRound?: number;
  /** How many the server knows of. */
  readonly knownRounds?: number;
}

/** A key of the device's list. */
export interface ListedKey {
  /** md5 of `datetime|pos0` over the device's bytes, lower case. */
  readonly key: string;
  readonly datetime: string;
}

/** An annotation as the device has it; `fields` holds what it says. */
export interface DeviceItem extends ListedKey {
  readonly datetimeUpdated?: string;
  readonly fields: AnnotationFields;
  readonly pageno?: number;
}

/** Everything known of one kind of annotation in one file of one user. */
export interface FileAnnotations {
  readonly annotations: readonly Annotation[];
  /** Of all devices. */
  readonly holdings: readonly Holding[];
}

/** What an exchange or an ack changed. */
export interface FileChange {
  readonly annotations: readonly Annotation[];
  readonly holdings: readonly Holding[];
}

/** What happened earlier than this many seconds before can be a delayed request; a clock further behind was set back. */
const LONGEST_DELAY_SECONDS = 3600;

/** @returns Whether a request was written before the device said what the holding records: it was overtaken on its way. */
export function isOvertaken(holding: Holding, requestSaidAt: number | undefined): boolean {
  if (holding.saidAt === undefined || requestSaidAt === undefined) return false;
  const behind = holding.saidAt - requestSaidAt;
  return behind > 0 && behind <= LONGEST_DELAY_SECONDS;
}
