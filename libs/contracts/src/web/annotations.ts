export const ANNOTATION_STYLES = ['highlight', 'underline', 'strikethrough', 'squiggly', 'invert'] as const;
export type AnnotationStyle = (typeof ANNOTATION_STYLES)[number];

/** `page`: by book and where it is in there. */
export const ANNOTATION_SORTS = ['newest', 'oldest', 'updated', 'page', 'color'] as const;
export type AnnotationSort = (typeof ANNOTATION_SORTS)[number];

export const ANNOTATION_EXPORTS = ['markdown', 'csv', 'json', 'w3c'] as const;
export type AnnotationExportFormat = (typeof ANNOTATION_EXPORTS)[number];

/**
 * How sure it is where an annotation is.
 *
 * - `exact`: where its device put it.
 * - `repaired`: another device found its text again, at other pointers.
 * - `near`: only the spot where it begins is known, or it moved and a reader's own address for it is older.
 * - `failed`: a device could not place it, or no device can.
 */
export const ANNOTATION_QUALITIES = ['exact', 'repaired', 'near', 'failed'] as const;
export type AnnotationQuality = (typeof ANNOTATION_QUALITIES)[number];

/** Most annotations one request changes. */
export const ANNOTATIONS_CHANGED_AT_ONCE = 1000;

/** Most annotations on one page of a list. */
export const ANNOTATIONS_PAGE_SIZE = 200;

/** Most books one change of everything found may reach into. */
export const ANNOTATIONS_CHANGED_BOOKS = 2000;

/** What annotations are narrowed by; each field narrows. */
export interface AnnotationFilter {
  readonly bookId?: number;
  readonly fileId?: number;
  /** `highlight` when absent. */
  readonly kind?: 'highlight' | 'bookmark';
  /** Words found in text, note or chapter, case ignored. */
  readonly q?: string;
  /** A colour as KOReader names it. */
  readonly color?: string;
  readonly style?: AnnotationStyle;
  /** Made on this device. */
  readonly deviceId?: string;
  readonly source?: 'koreader' | 'web' | 'kobo';
  readonly hasNote?: boolean;
  readonly quality?: AnnotationQuality;
  /** Made on these days of the user's time zone, `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
  /** `active` when absent. */
  readonly state?: 'active' | 'trash';
}

/** Query of GET /api/v1/annotations. */
export interface AnnotationQuery extends AnnotationFilter {
  /** `newest` when absent. */
  readonly sort?: AnnotationSort;
  /** The `next` of the page before: goes on right behind it, whatever came or went meanwhile. */
  readonly after?: string;
  readonly offset?: number;
  /** 1–200, 60 when absent. */
  readonly limit?: number;
}

export interface AnnotationList {
  readonly annotations: readonly AnnotationDetail[];
  /** Annotations the query finds in all. */
  readonly total: number;
  readonly offset: number;
  /** Ask with this as `after` for what follows; absent at the end. */
  readonly next?: string;
}

/** GET /api/v1/annotations/facets?kind=&state=: what annotations can be narrowed by, and how many each finds. */
export interface AnnotationFacets {
  readonly total: number;
  /** By title. */
  readonly books: readonly { readonly bookId: number; readonly title: string; readonly count: number }[];
  /** Most used first. */
  readonly colors: readonly { readonly name: string; readonly hex: string; readonly count: number }[];
  readonly devices: readonly { readonly deviceId: string; readonly name: string; readonly count: number }[];
  readonly sources: readonly { readonly source: AnnotationDetail['source']; readonly count: number }[];
}

export interface AnnotationDetail {
  readonly id: number;
  readonly kind: 'highlight' | 'bookmark';
  readonly bookId: number;
  readonly bookTitle: string;
  readonly bookAuthors: readonly string[];
  readonly fileId: number;
  readonly source: 'koreader' | 'web' | 'kobo';
  /** The device it was made on. */
  readonly deviceId?: string;
  readonly deviceName?: string;
  /** Absent for bookmarks. */
  readonly style?: AnnotationStyle;
  /** `#RRGGBB` of our palette. */
  readonly color?: string;
  /** What KOReader calls the colour; it may be a name the user made up there. */
  readonly colorName?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  readonly page?: number;
  readonly positions: AnnotationPositions;
  readonly quality: AnnotationQuality;
  /** Why a device could not place it. */
  readonly failure?: string;
  /** ISO 8601: when it was made, not when it was synced. */
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly version: number;
  readonly deletedAt?: string;
}

/** Where it is, in each dialect that is known. */
export interface AnnotationPositions {
  readonly xpointer?: string;
  readonly xpointerEnd?: string;
  readonly cfi?: string;
  readonly koboSpan?: string;
  readonly koboSpanEnd?: string;
  /** JSON of page and point, or a page number. */
  readonly pdf?: string;
  readonly pdfEnd?: string;
}

/** POST /api/v1/annotations: a highlight or bookmark made on the web. */
export interface NewWebAnnotation {
  readonly fileId: number;
  readonly kind?: 'highlight' | 'bookmark';
  readonly style?: AnnotationStyle;
  /** `#RRGGBB`, or a name of KOReader. */
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  readonly page?: number;
  /** One of the three says where it is. */
  readonly cfi?: string;
  readonly xpointer?: string;
  readonly pdf?: string;
  readonly xpointerEnd?: string;
  readonly pdfEnd?: string;
}

/** PATCH /api/v1/annotations/:id; what is absent stays, an empty note is removed. */
export interface AnnotationChange {
  readonly style?: AnnotationStyle;
  readonly color?: string;
  readonly note?: string;
  readonly text?: string;
}

/** POST /api/v1/annotations/changes: one change to many; those that are gone or not the user's are left out. */
export interface AnnotationsChange {
  /** 1–1000. */
  readonly ids: readonly number[];
  /** `edit` takes `style` and `color`, and leaves what is in the trash alone. */
  readonly action: 'edit' | 'trash' | 'restore';
  readonly style?: AnnotationStyle;
  readonly color?: string;
}

export interface AnnotationsChanged {
  /** As they are now. */
  readonly annotations: readonly AnnotationDetail[];
}

/**
 * POST /api/v1/annotations/changes/found?…: one change to everything the filter in the address finds, here or further down. Books beyond
 * {@link ANNOTATIONS_CHANGED_BOOKS} are refused.
 */
export interface FoundAnnotationsChange extends Omit<AnnotationsChange, 'ids'> {
  /** How many there are, as the person was told: when it is another number by now, nothing is changed (`conflict`). */
  readonly count: number;
  /** Left as they are; up to 1000. */
  readonly except?: readonly number[];
}

export interface FoundAnnotationsChanged {
  readonly count: number;
  /** What takes it back, each to be sent to /annotations/changes. */
  readonly undo: readonly AnnotationsChange[];
}

/** GET /api/v1/annotations/of-the-day: the same all day in the user's time zone; empty when there is none. */
export interface HighlightOfTheDay {
  readonly highlight?: AnnotationDetail;
}

/** GET /api/v1/annotations/failed: what devices could not place, newest first. */
export interface FailedAnnotation {
  readonly annotation: AnnotationDetail;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly failedAt: string;
}

/** GET /api/v1/annotations/pending-deletes: deleted, and not yet gone from every device. */
export interface PendingDelete {
  readonly annotation: AnnotationDetail;
  readonly devices: readonly { readonly deviceId: string; readonly deviceName: string }[];
}

/** GET /api/v1/annotations/held: deletions of a device that wait for the user, by file. */
export interface HeldDeletes {
  readonly deviceId: string;
  readonly deviceName: string;
  readonly fileId: number;
  readonly bookId: number;
  readonly bookTitle: string;
  readonly kind: 'highlight' | 'bookmark';
  readonly count: number;
  /** ISO 8601. */
  readonly heldAt: string;
  /** The first few texts, so that people know what this is about. */
  readonly examples: readonly string[];
}

/** POST /api/v1/annotations/held/confirm and …/discard. */
export interface HeldDecision {
  readonly deviceId: string;
  readonly fileId: number;
  readonly kind?: 'highlight' | 'bookmark';
}
