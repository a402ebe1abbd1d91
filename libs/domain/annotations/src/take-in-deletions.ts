import { type Annotation, type AskingDevice, type Holding, isOvertaken, type ListedKey } from './annotation.ts';
import type { FileDraft } from './file-draft.ts';
import type { DeviceSide } from './identify.ts';
import { isMassDelete } from './mass-delete.ts';
import { pastAfter } from './take-in-item.ts';
import { saidAt } from './wall-clock.ts';

/** In a holding's past: the device had deleted it. */
export const DELETED = 'deleted';

/** How many of the user's deletions a step carried out. */
export type DeletionCount = number;

/** Takes in what a device says it deleted. */
export function takeInDeleted(
  draft: FileDraft,
  device: AskingDevice,
  deleted: readonly ListedKey[],
  side: DeviceSide,
  isConfirmed: boolean,
  now: number,
): DeletionCount {
  const vanished = new Map<number, Annotation>();
  for (const listed of deleted) {
    const annotation = side.has(listed.key) ? undefined : deletedOne(draft, listed);
    if (!annotation) continue;
    const holding = draft.holding(annotation.id);
    if (annotation.deletedAt !== undefined) {
      if (holding && mayHave(holding)) draft.hold(annotation, gone(holding, device));
    } else if (isDeletion(holding, device)) {
      vanished.set(annotation.id, annotation);
    }
  }
  return deleteOrHold(draft, device, [...vanished.values()], isConfirmed, now);
}

/** Deletes what was held, once the user said yes on the device: all that it still does not have. */
export function deleteHeld(draft: FileDraft, device: AskingDevice, side: DeviceSide, now: number): DeletionCount {
  const held = draft.ownHoldings().filter(({ heldAt, key }) => heldAt !== undefined && !side.has(key));
  return deleteAll(draft, device, living(draft, held), now);
}

/**
 * Takes in what a complete list lacks. Older clients delete like that; a device that says what it deletes has lost the rest, and is offered
 * it again.
 */
export function takeInAbsence(draft: FileDraft, device: AskingDevice, side: DeviceSide, now: number): DeletionCount {
  const requestSaidAt = saidAt(device.clock);
  const absent = draft
    .ownHoldings()
    .filter(
      (holding) =>
        mayHave(holding) &&
        side.lacks(holding.key) &&
        !side.hasDatetime(holding.datetime) &&
        !isOvertaken(holding, requestSaidAt),
    );
  for (const holding of absent) {
    const annotation = draft.get(holding.annotationId);
    if (annotation?.deletedAt !== undefined) draft.hold(annotation, gone(holding, device));
    else if (annotation && device.hasProtocol && holding.hasIt) draft.hold(annotation, { hasIt: false });
  }
  if (device.hasProtocol) return 0;
  return deleteOrHold(
    draft,
    device,
    living(
      draft,
      absent.filter(({ hasIt }) => hasIt),
    ),
    false,
    now,
  );
}

function deleteOrHold(
  draft: FileDraft,
  device: AskingDevice,
  vanished: readonly Annotation[],
  isConfirmed: boolean,
  now: number,
): DeletionCount {
  const known = living(
    draft,
    draft.ownHoldings().filter(({ hasIt }) => hasIt),
  );
  const all = new Set([...known, ...vanished].map(({ id }) => id));
  if (isConfirmed || !isMassDelete(vanished.length, all.size)) return deleteAll(draft, device, vanished, now);
  for (const annotation of vanished) draft.hold(annotation, { hasIt: false, heldAt: Math.floor(now) });
  return 0;
}

function deleteAll(
  draft: FileDraft,
  device: AskingDevice,
  annotations: readonly Annotation[],
  now: number,
): DeletionCount {
  for (const annotation of annotations) {
    const holding = draft.holding(annotation.id);
    draft.hold(draft.put(entomb(annotation, now)), gone(holding, device));
  }
  return annotations.length;
}

/** @returns The annotation as a tombstone: kept, so that no device brings it back. */
export function entomb(annotation: Annotation, now: number): Annotation {
  return { ...annotation, deletedAt: Math.floor(now), version: annotation.version + 1 };
}

/** @returns Whether a device has an annotation, or was sent it and may have. */
export function mayHave(holding: Holding): boolean {
  return holding.hasIt || holding.offers.length > 0;
}

function deletedOne(draft: FileDraft, { key, datetime }: ListedKey): Annotation | undefined {
  const known = draft.findByKey(key);
  if (known) return known;
  const own = draft.findByDatetime(datetime).filter(({ id }) => draft.holding(id)?.hasIt);
  return own.length === 1 ? own[0] : undefined;
}

/** A deletion the device said before, or that was overtaken by its having it again, is none. */
function isDeletion(holding: Holding | undefined, device: AskingDevice): boolean {
  if (!holding) return true;
  if (holding.heldAt !== undefined || !mayHave(holding)) return false;
  return !(holding.past.includes(DELETED) && isOvertaken(holding, saidAt(device.clock)));
}

function living(draft: FileDraft, holdings: readonly Holding[]): Annotation[] {
  return holdings.flatMap(({ annotationId }) => {
    const annotation = draft.get(annotationId);
    return annotation && annotation.deletedAt === undefined ? [annotation] : [];
  });
}

function gone(holding: Holding | undefined, device: AskingDevice): Partial<Holding> {
  return {
    hasIt: false,
    heldAt: undefined,
    offers: [],
    isDeleteOffered: false,
    timesOffered: 0,
    failure: undefined,
    past: [...pastAfter(holding, undefined).filter((each) => each !== DELETED), DELETED],
    saidAt: saidAt(device.clock) ?? holding?.saidAt,
  };
}
