import {
  type Annotation,
  type AnnotationKind,
  type AskingDevice,
  type DeviceItem,
  type Holding,
  isOvertaken,
} from './annotation.ts';
import {
  type AnnotationFields,
  areComparable,
  digestOf,
  FIELD_NAMES,
  isSameField,
  isSamePlace,
  type Place,
} from './fields.ts';
import type { FileDraft } from './file-draft.ts';
import { formerValues, isEditIfUnseen, isFormerValue } from './former-values.ts';
import { type MergedFields, mergeFields, saidFields } from './merge-fields.ts';
import { instantOf, saidAt, withoutSkew } from './wall-clock.ts';

/** What became of one item of a device. */
export type ItemOutcome = 'created' | 'updated' | 'moved' | 'unchanged' | 'skippedDeleted';

/** What a device had before is remembered this far back, to know a delayed request when it comes. */
const PAST_LENGTH = 8;

/**
 * Takes in one annotation as a device has it.
 *
 * @param known The annotation it is; undefined when it is new.
 */
export function takeInItem(
  draft: FileDraft,
  device: AskingDevice,
  kind: AnnotationKind,
  item: DeviceItem,
  known: Annotation | undefined,
  now: number,
): ItemOutcome {
  const fields = withDomVersion(item.fields, device.domVersion);
  if (!known) {
    create(draft, device, kind, { ...item, fields }, now);
    return 'created';
  }
  if (known.deletedAt !== undefined) {
    // It stays deleted, and has the last words if it is ever taken out of the trash.
    const { merged, myTime } = mergedWith(device, { ...item, fields }, known, draft.holding(known.id), now);
    const after = changedBy(draft, known, merged, { ...item, fields }, myTime, draft.holding(known.id));
    draft.hold(after, { ...identityOf(item), hasIt: true, heldAt: undefined, isDeleteOffered: false });
    return 'skippedDeleted';
  }
  return update(draft, device, { ...item, fields }, known, draft.holding(known.id), now);
}

/** Remembers what a device had, before it has something else. */
export function pastAfter(holding: Holding | undefined, next: AnnotationFields | undefined): string[] {
  const past = holding?.past ?? [];
  if (!holding?.base) return [...past];
  const digest = digestOf(holding.base);
  if (next && digestOf(next) === digest) return [...past];
  return [...past.filter((each) => each !== digest), digest].slice(-PAST_LENGTH);
}

function create(draft: FileDraft, device: AskingDevice, kind: AnnotationKind, item: DeviceItem, now: number): void {
  const createdAt = instantOf(item.datetime, device.clock, now) ?? Math.floor(now);
  const changedAt = Math.max(createdAt, instantOf(item.datetimeUpdated, device.clock, now) ?? createdAt);
  const fields = saidFields(item.fields, undefined);
  const annotation = draft.add({
    kind,
    datetime: item.datetime,
    fields,
    fieldTimes: Object.fromEntries(FIELD_NAMES.map((name) => [name, changedAt])),
    createdAt,
    version: 1,
    placeVersion: 1,
    keys: [],
    former: [],
    pageno: item.pageno,
  });
  draft.hold(annotation, {
    ...identityOf(item),
    hasIt: true,
    isOwn: true,
    base: fields,
    ackedVersion: 1,
    placeVersion: 1,
    saidAt: saidAt(device.clock),
  });
}

function update(
  draft: FileDraft,
  device: AskingDevice,
  item: DeviceItem,
  known: Annotation,
  holding: Holding | undefined,
  now: number,
): 'updated' | 'moved' | 'unchanged' {
  const { merged, myTime, isLate } = mergedWith(device, item, known, holding, now);
  if (isLate && merged.changed.length === 0) return 'unchanged';
  const isMoved = merged.changed.includes('place');
  const after = changedBy(draft, known, merged, item, myTime, holding);
  const base = saidFields(item.fields, holding?.base);
  const placeVersion = placeVersionOf(base.place, after, holding);
  const isUpToDate =
    placeVersion === after.placeVersion && FIELD_NAMES.every((name) => isSameField(name, base, after.fields));
  draft.hold(after, {
    ...identityOf(item),
    hasIt: true,
    isOwn: hadItself(holding),
    base,
    heldAt: undefined,
    isDeleteOffered: false,
    past: pastAfter(holding, base),
    saidAt: saidAt(device.clock) ?? holding?.saidAt,
    placeVersion,
    ...(isUpToDate && { ackedVersion: after.version, offers: [], failure: undefined, timesOffered: 0 }),
  });
  const hasNewPointer = holding?.hasIt === true && holding.key !== item.key;
  if (isMoved || hasNewPointer) return 'moved';
  return merged.changed.length > 0 ? 'updated' : 'unchanged';
}

interface MergedItem {
  readonly merged: MergedFields;
  /** When the device changed it, unix seconds. */
  readonly myTime: number;
  /** The request was overtaken on its way. */
  readonly isLate: boolean;
}

function mergedWith(
  device: AskingDevice,
  item: DeviceItem,
  known: Annotation,
  holding: Holding | undefined,
  now: number,
): MergedItem {
  const isLate = holding !== undefined && isOvertaken(holding, saidAt(device.clock));
  // The skew a late request shows is its delay.
  const clock = isLate ? withoutSkew(device.clock, now) : device.clock;
  const myTime = instantOf(item.datetimeUpdated ?? item.datetime, clock, now) ?? known.createdAt;
  if (isLate && holding.past.includes(digestOf(saidFields(item.fields, holding.base)))) {
    return { merged: { fields: known.fields, changed: [] }, myTime, isLate };
  }
  const merged = mergeFields({
    mine: item.fields,
    myTime,
    theirs: known.fields,
    theirTime: (name) => known.fieldTimes[name] ?? known.createdAt,
    // A request that comes late, or was written by a clock set back: what the device had when it wrote it is not known.
    base: isLate ? undefined : holding?.base,
    isLate,
    isBaseSure: holding !== undefined && holding.ackedVersion > 0,
    isEditIfUnseen: (name) => device.hasExchanged === true && isEditIfUnseen(known, name),
    isFormer: (name, fields) => isFormerValue(known, name, fields),
    sent: holding?.offers.map((offer) => offer.fields) ?? [],
  });
  return { merged, myTime, isLate };
}

/** What was offered and never acknowledged may have been applied all the same. */
function hadItself(holding: Holding | undefined): boolean {
  if (!holding) return true;
  return holding.isOwn === true || (!holding.hasIt && holding.offers.length === 0);
}

/** Which place a device has: the newest, if its own is the same; one in another dialect is as new as it was. */
function placeVersionOf(place: Place | undefined, after: Annotation, holding: Holding | undefined): number {
  const there = after.fields.place;
  if (place && there && !areComparable(place, there)) return holding?.placeVersion ?? after.placeVersion;
  return isSamePlace(place, there) ? after.placeVersion : (holding?.placeVersion ?? 0);
}

function changedBy(
  draft: FileDraft,
  known: Annotation,
  { fields, changed }: MergedFields,
  item: DeviceItem,
  time: number,
  holding: Holding | undefined,
): Annotation {
  const isRewritten = hasNewerDialect(known, fields.place, item.fields.place, holding);
  if (changed.length === 0 && !isRewritten) return known;
  const isMoved = changed.includes('place');
  const version = changed.length > 0 ? known.version + 1 : known.version;
  return draft.put({
    ...known,
    fields: isRewritten ? { ...fields, place: item.fields.place } : fields,
    fieldTimes: { ...known.fieldTimes, ...Object.fromEntries(changed.map((name) => [name, time])) },
    former: formerValues(known, changed, fields),
    version,
    placeVersion: isMoved ? version : known.placeVersion,
    pageno: isMoved ? (item.pageno ?? known.pageno) : known.pageno,
  });
}

/** A document upgraded on the device has its pointers in a newer dialect, which is the one to keep. */
function hasNewerDialect(
  known: Annotation,
  place: Place | undefined,
  mine: Place | undefined,
  holding: Holding | undefined,
): boolean {
  if (place?.domVersion === undefined || mine?.domVersion === undefined) return false;
  return mine.domVersion > place.domVersion && isSamePlace(mine, place) && holding?.placeVersion === known.placeVersion;
}

function identityOf(item: DeviceItem): Pick<Holding, 'key' | 'datetime'> {
  return { key: item.key, datetime: item.datetime };
}

function withDomVersion(fields: AnnotationFields, domVersion: number | undefined): AnnotationFields {
  const { place } = fields;
  if (place?.format !== 'xpointer' || domVersion === undefined) return fields;
  return { ...fields, place: { ...place, domVersion } };
}
