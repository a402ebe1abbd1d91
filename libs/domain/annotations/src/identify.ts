import type { Annotation, DeviceItem, ListedKey } from './annotation.ts';
import { isSurelySamePlace } from './fields.ts';
import type { FileDraft } from './file-draft.ts';
import { isSameText, textsAgree } from './text-agreement.ts';

/** The keys and items of one request, as far as they tell items apart. */
export class DeviceSide {
  private readonly isComplete: boolean;
  private readonly keys = new Set<string>();
  private readonly keysByDatetime = new Map<string, Set<string>>();
  private readonly itemsByDatetime = new Map<string, DeviceItem[]>();

  /** @param isComplete Whether `listed` is everything the device has. */
  constructor(listed: readonly ListedKey[], items: readonly DeviceItem[], isComplete: boolean) {
    this.isComplete = isComplete;
    for (const { key, datetime } of [...listed, ...items]) {
      this.keys.add(key);
      this.keysByDatetime.set(datetime, (this.keysByDatetime.get(datetime) ?? new Set()).add(key));
    }
    for (const item of items) {
      this.itemsByDatetime.set(item.datetime, [...(this.itemsByDatetime.get(item.datetime) ?? []), item]);
    }
  }

  has(key: string | undefined): boolean {
    return key !== undefined && this.keys.has(key);
  }

  /** Whether the device certainly does not have the key. */
  lacks(key: string | undefined): boolean {
    return this.isComplete && !this.has(key);
  }

  hasDatetime(datetime: string): boolean {
    return this.keysByDatetime.has(datetime);
  }

  isOnlyOneAt(datetime: string): boolean {
    return this.keysByDatetime.get(datetime)?.size === 1;
  }

  isOnlyText({ datetime, key, fields }: DeviceItem): boolean {
    return (this.itemsByDatetime.get(datetime) ?? []).every(
      (other) => other.key === key || !isSameText(other.fields.text, fields.text),
    );
  }
}

/**
 * Which annotation an item of a device is: by this device's key, any device's key, then by its datetime where that is unique on both
 * sides and the text agrees. An item whose place moved, or whose pointers were all rewritten, is found by its datetime.
 */
export function identifyItem(draft: FileDraft, item: DeviceItem, side: DeviceSide): Annotation | undefined {
  return draft.findByKey(item.key) ?? byDatetime(draft, item, side);
}

/** Which annotation a key without its item is: the device's own whose key is not listed any more keeps its datetime. */
export function identifyKey(draft: FileDraft, listed: ListedKey, side: DeviceSide): Annotation | undefined {
  const known = draft.findByKey(listed.key);
  if (known || !side.isOnlyOneAt(listed.datetime)) return known;
  const [only, ...others] = draft.findByDatetime(listed.datetime);
  return only && others.length === 0 && isOwnWithoutKey(draft, only, side) ? only : undefined;
}

/**
 * The dog-ear on the same place: a page has but one, whatever its datetime on this device. A deleted one is meant only while it is on its
 * way to this device, because a page can be dog-eared again.
 */
export function identifyBookmark(draft: FileDraft, item: DeviceItem): Annotation | undefined {
  const { place } = item.fields;
  const there = draft.all().filter(({ fields }) => place && fields.place && isSurelySamePlace(fields.place, place));
  return (
    there.find(({ deletedAt }) => deletedAt === undefined) ??
    there.find(({ id }) => {
      const holding = draft.holding(id);
      return holding && !holding.hasIt && holding.offers.length > 0;
    })
  );
}

function byDatetime(draft: FileDraft, item: DeviceItem, side: DeviceSide): Annotation | undefined {
  const candidates = draft.findByDatetime(item.datetime);
  const [only, ...others] = candidates;
  if (only && others.length === 0 && side.isOnlyOneAt(item.datetime)) {
    // Dog-ears have no text that could agree.
    const hasAgreeingText = only.kind === 'highlight' && textsAgree(only.fields.text, item.fields.text);
    const agrees = hasAgreeingText || isOwnWithoutKey(draft, only, side);
    return agrees ? only : undefined;
  }
  // Several of one second: their texts tell them apart.
  const alike = candidates.filter(({ fields }) => isSameText(fields.text, item.fields.text));
  return alike.length === 1 && side.isOnlyText(item) ? alike[0] : undefined;
}

/** The device had it, and its key is gone from the device: the item of the same second is what became of it. */
function isOwnWithoutKey(draft: FileDraft, annotation: Annotation, side: DeviceSide): boolean {
  const holding = draft.holding(annotation.id);
  return holding !== undefined && (holding.hasIt || holding.heldAt !== undefined) && side.lacks(holding.key);
}
