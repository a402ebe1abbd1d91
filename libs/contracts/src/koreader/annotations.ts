import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';
import type { RejectedItem } from './progress.ts';

export const DRAWERS = ['lighten', 'underscore', 'strikeout', 'invert'] as const;
export type DrawerName = (typeof DRAWERS)[number];

/** An annotation as a device has it. */
export interface DeviceAnnotation {
  /** Identity: creation by the device's wall clock, `YYYY-MM-DD HH:MM:SS`. */
  readonly datetime: string;
  readonly datetimeUpdated?: string;
  readonly drawer: DrawerName;
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  readonly pageno?: number;
  readonly posFormat: 'xpointer' | 'pdf';
  /** An xpointer, or for PDF the JSON `{"page","x","y"}`. */
  readonly pos0: string;
  readonly pos1?: string;
}

/** An annotation a device holds: `k` is the md5 of `datetime|pos0` over the bytes it has. */
export interface AnnotationKey {
  readonly k: string;
  readonly dt: string;
}

/** POST plugin/annotations/exchange. */
export interface AnnotationExchange extends DeviceEnvelope {
  readonly books: readonly AnnotationExchangeBook[];
}

export interface AnnotationExchangeBook extends DocumentHints {
  readonly hash: string;
  readonly keys: readonly AnnotationKey[];
  readonly keysComplete: boolean;
  readonly changes: readonly DeviceAnnotation[];
  /** What was deleted on the device, to servers that read it. */
  readonly deleted?: readonly AnnotationKey[];
  /** The user said yes to a mass deletion. */
  readonly confirmedDeletes?: boolean;
  /** The `round` of the last answer for this book. */
  readonly round?: number;
}

export interface AnnotationExchangeAnswer extends ServerEnvelope {
  readonly results: readonly AnnotationExchangeResult[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

export interface AnnotationExchangeResult {
  readonly hash: string;
  readonly bookId: number;
  readonly applied: {
    readonly created: number;
    readonly updated: number;
    readonly moved: number;
    readonly unchanged: number;
    readonly skippedDeleted: number;
    readonly deviceDeleted: number;
  };
  readonly toApply: {
    readonly add: readonly AnnotationAdd[];
    readonly edit: readonly AnnotationEdit[];
    readonly delete: readonly AnnotationDelete[];
  };
  /** More is waiting: exchange again after the acks. */
  readonly more: boolean;
  /** Annotations that have no place on this device. */
  readonly skippedNoPosition: number;
  /** Deletions held back until the user confirms them. */
  readonly held: number;
  /** To clients with `protocol`: which exchange of this device and file it was, to be sent with the next. */
  readonly round?: number;
  /** The server does not know all that the device was told it knows: everything of this book is to be sent anew. */
  readonly resend?: true;
}

export interface AnnotationAdd extends Omit<DeviceAnnotation, 'datetimeUpdated'> {
  readonly serverId: number;
  readonly version: number;
  readonly datetimeUpdated: string;
}

export interface AnnotationEdit {
  readonly serverId: number;
  readonly version: number;
  readonly key: string;
  readonly datetime: string;
  readonly datetimeUpdated: string;
  readonly drawer: DrawerName;
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  /** Only to clients that speak `protocol`, when it moved. */
  readonly pos0?: string;
  readonly pos1?: string;
  readonly pageno?: number;
}

export interface AnnotationDelete {
  readonly serverId: number;
  readonly key: string;
  readonly datetime: string;
}

/** POST plugin/annotations/exchange-ack. */
export interface AnnotationAck extends DeviceEnvelope {
  readonly books: readonly AnnotationAckBook[];
}

export interface AnnotationAckBook extends DocumentHints {
  readonly hash: string;
  readonly applied: readonly {
    readonly serverId: number;
    readonly version: number;
    readonly status: 'applied' | 'failed';
    readonly verified?: boolean;
    readonly corrected?: boolean;
    readonly pos0?: string;
    readonly pos1?: string;
    readonly pageno?: number;
    readonly datetimeUpdated?: string;
    readonly reason?: string;
  }[];
  readonly deleted: readonly { readonly serverId: number; readonly status: 'applied' | 'failed' }[];
}

export interface AckAnswer extends ServerEnvelope {
  readonly results: readonly { readonly hash: string; readonly acked: number }[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

/** POST plugin/annotations: the older one-way upload. */
export interface AnnotationUpload extends DeviceEnvelope {
  readonly books: readonly (DocumentHints & {
    readonly hash: string;
    readonly annotations: readonly DeviceAnnotation[];
  })[];
}

export interface AnnotationUploadAnswer extends ServerEnvelope {
  readonly results: readonly { readonly hash: string; readonly upserted: number }[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

/** A dog-eared page as a device has it. */
export interface DeviceBookmark {
  readonly datetime: string;
  readonly datetimeUpdated?: string;
  readonly pos: string;
  readonly pageno?: number;
  readonly chapter?: string;
  readonly note?: string;
}

/** POST plugin/bookmarks/exchange. Keys are the md5 of `datetime|pos`. */
export interface BookmarkExchange extends DeviceEnvelope {
  readonly books: readonly (DocumentHints & {
    readonly hash: string;
    readonly keys: readonly AnnotationKey[];
    readonly keysComplete: boolean;
    readonly changes: readonly DeviceBookmark[];
    readonly deleted?: readonly AnnotationKey[];
    readonly confirmedDeletes?: boolean;
  })[];
}

export interface BookmarkExchangeAnswer extends ServerEnvelope {
  readonly results: readonly BookmarkExchangeResult[];
  readonly unmatched: readonly string[];
  readonly rejected?: readonly RejectedItem[];
}

export interface BookmarkExchangeResult {
  readonly hash: string;
  readonly bookId: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly deviceDeleted: number;
  readonly toApply: {
    readonly add: readonly {
      readonly serverId: number;
      readonly pos: string;
      readonly pageno?: number;
      readonly title?: string;
    }[];
    readonly delete: readonly AnnotationDelete[];
  };
  readonly more: boolean;
  readonly skippedConversion: number;
  readonly held?: number;
}

/** POST plugin/bookmarks/exchange-ack; the device mints the datetime. */
export interface BookmarkAck extends DeviceEnvelope {
  readonly books: readonly (DocumentHints & {
    readonly hash: string;
    readonly applied: readonly {
      readonly serverId: number;
      readonly status: 'applied' | 'failed';
      readonly key?: string;
      readonly datetime?: string;
      readonly pos?: string;
    }[];
    readonly deleted: readonly { readonly serverId: number; readonly status: 'applied' | 'failed' }[];
  })[];
}
