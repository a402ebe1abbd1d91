import type { Annotation, AskingDevice, Holding, Offer } from './annotation.ts';
import { type AnnotationFields, FIELD_NAMES, isReadableAt, isSameField, type Place } from './fields.ts';
import type { FileDraft } from './file-draft.ts';
import { mayHave } from './take-in-deletions.ts';

/** What a device has to do to be up to date with an annotation. */
export type Pending = 'add' | 'edit' | 'delete';

/** What is asked of a device. */
export interface Offers {
  readonly add: readonly {
    readonly annotation: Annotation;
    readonly fields: AnnotationFields;
    readonly place: Place;
  }[];
  readonly edit: readonly {
    readonly annotation: Annotation;
    readonly fields: AnnotationFields;
    readonly holding: Holding;
    /** Set when the device is to move it. */
    readonly place?: Place;
  }[];
  readonly delete: readonly { readonly annotation: Annotation; readonly holding: Holding }[];
  /** More is waiting than fits on one page. */
  readonly more: boolean;
  /** Those without a place this device could find. */
  readonly skippedNoPosition: number;
}

/** What is sent in one answer at most. */
export const OFFERS_PAGE = 100;
/** What was offered this often without an answer lets everything else go first. */
const PATIENCE = 3;
/** Versions that were sent and are waited for, at most. */
const MOST_OFFERS = 5;

/**
 * What a device owes for an annotation; nothing where it could not do it and nothing has changed since.
 *
 * @param holding What the device has of it.
 */
export function pendingFor(
  annotation: Annotation,
  holding: Holding | undefined,
  device: Pick<AskingDevice, 'hasProtocol'>,
): Pending | undefined {
  if (holding?.failure?.version === annotation.version) return undefined;
  if (annotation.deletedAt !== undefined) return holding && mayHave(holding) ? 'delete' : undefined;
  if (holding?.heldAt !== undefined) return undefined;
  if (!holding?.hasIt || holding.isDeleteOffered) return 'add';
  if (annotation.kind === 'bookmark') return undefined;
  return isBehind(annotation, holding, device) ? 'edit' : undefined;
}

/** What a device is to get whose place is written in a dialect the device does not read: at most a page of it. */
export function placesToTranslate(draft: FileDraft, device: AskingDevice): Annotation[] {
  if (!device.receives) return [];
  return draft
    .all()
    .filter((annotation) => {
      const { place } = annotation.fields;
      if (annotation.id < 0 || !place || isReadableAt(place, device.domVersion)) return false;
      const holding = draft.holding(annotation.id);
      const pending = pendingFor(annotation, holding, device);
      return pending === 'add' || (pending === 'edit' && isToMove(annotation, holding, device));
    })
    .slice(0, OFFERS_PAGE);
}

/** Notes that an annotation has no place on a device, so that it is not looked for again until something changes. */
export function noteUnplaceable(draft: FileDraft, annotation: Annotation, reason: string, now: number): void {
  draft.hold(annotation, { failure: { version: annotation.version, reason, at: Math.floor(now) } });
}

/**
 * What to ask of a device now, at most a page of it, and remembers that it was asked.
 *
 * @param keyOf The key a device gives an annotation: md5 of `datetime|pos0`.
 * @param translated Places in the device's own dialect, by annotation.
 */
export function offerTo(
  draft: FileDraft,
  device: AskingDevice,
  keyOf: (datetime: string, pos0: string) => string,
  translated: ReadonlyMap<number, Place> = new Map(),
): Offers {
  if (!device.receives) return { add: [], edit: [], delete: [], more: false, skippedNoPosition: 0 };
  const pending = draft
    .all()
    .filter(({ id }) => id > 0)
    .map((annotation) => ({ annotation, kind: pendingFor(annotation, draft.holding(annotation.id), device) }))
    .filter(({ kind }) => kind !== undefined);
  const placeless = pending.filter(
    ({ annotation, kind }) => kind === 'add' && !placeFor(annotation, device, translated),
  );
  const possible = pending.filter((each) => !placeless.includes(each));
  const page = possible
    .map(({ annotation }) => annotation)
    .sort((a, b) => impatience(draft.holding(a.id)) - impatience(draft.holding(b.id)) || a.id - b.id)
    .slice(0, OFFERS_PAGE);
  return {
    add: page.flatMap((annotation) => addOf(draft, device, annotation, keyOf, translated)),
    edit: page.flatMap((annotation) => editOf(draft, device, annotation, translated)),
    delete: page.flatMap((annotation) => deleteOf(draft, device, annotation)),
    more: possible.length > page.length,
    skippedNoPosition: placeless.length,
  };
}

function addOf(
  draft: FileDraft,
  device: AskingDevice,
  annotation: Annotation,
  keyOf: (datetime: string, pos0: string) => string,
  translated: ReadonlyMap<number, Place>,
): Offers['add'] {
  const before = draft.holding(annotation.id);
  const place = placeFor(annotation, device, translated);
  if (pendingFor(annotation, before, device) !== 'add' || !place) return [];
  draft.hold(annotation, {
    key: keyOf(annotation.datetime, place.pos0),
    datetime: annotation.datetime,
    hasIt: before?.hasIt ?? false,
    offers: offersWith(before, annotation, { ...annotation.fields, place }),
    timesOffered: (before?.timesOffered ?? 0) + 1,
  });
  return [{ annotation, fields: { ...annotation.fields, place }, place }];
}

function editOf(
  draft: FileDraft,
  device: AskingDevice,
  annotation: Annotation,
  translated: ReadonlyMap<number, Place>,
): Offers['edit'] {
  const before = draft.holding(annotation.id);
  if (!before || pendingFor(annotation, before, device) !== 'edit') return [];
  const place = isToMove(annotation, before, device) ? placeFor(annotation, device, translated) : undefined;
  // What the device is not told to move stays where the device has it.
  const fields = { ...annotation.fields, place: place ?? before.base?.place ?? annotation.fields.place };
  const holding = draft.hold(annotation, {
    offers: offersWith(before, annotation, fields),
    timesOffered: before.timesOffered + 1,
  });
  return [{ annotation, fields, holding, ...(place && { place }) }];
}

function deleteOf(draft: FileDraft, device: AskingDevice, annotation: Annotation): Offers['delete'] {
  const before = draft.holding(annotation.id);
  if (!before || pendingFor(annotation, before, device) !== 'delete') return [];
  return [
    { annotation, holding: draft.hold(annotation, { isDeleteOffered: true, timesOffered: before.timesOffered + 1 }) },
  ];
}

function isBehind(annotation: Annotation, holding: Holding, device: Pick<AskingDevice, 'hasProtocol'>): boolean {
  const { base } = holding;
  if (!base) return true;
  if (isToMove(annotation, holding, device)) return true;
  return FIELD_NAMES.some((name) => name !== 'place' && !isSameField(name, base, annotation.fields));
}

function isToMove(
  annotation: Annotation,
  holding: Holding | undefined,
  device: Pick<AskingDevice, 'hasProtocol'>,
): boolean {
  const isBehindPlace = holding?.placeVersion !== annotation.placeVersion;
  return device.hasProtocol && isBehindPlace && annotation.fields.place !== undefined;
}

function placeFor(
  { id, fields: { place } }: Annotation,
  { domVersion }: AskingDevice,
  translated: ReadonlyMap<number, Place>,
): Place | undefined {
  return place && isReadableAt(place, domVersion) ? place : translated.get(id);
}

function offersWith(before: Holding | undefined, annotation: Annotation, fields: AnnotationFields): Offer[] {
  const { version, placeVersion } = annotation;
  const others = (before?.offers ?? []).filter((offer) => offer.version !== version);
  return [...others, { version, placeVersion, fields }].slice(-MOST_OFFERS);
}

function impatience(holding: Holding | undefined): number {
  return Math.floor((holding?.timesOffered ?? 0) / PATIENCE);
}
