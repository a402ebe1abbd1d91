import { type AskingDevice, type FileAnnotations, isOvertaken, type ListedKey } from './annotation.ts';
import { type ExchangeRequest, isAhead } from './exchange-request.ts';
import { FileDraft } from './file-draft.ts';
import { doubtIfGoneBack } from './gone-back.ts';
import { DeviceSide, identifyBookmark, identifyItem, identifyKey } from './identify.ts';
import { deleteHeld, takeInAbsence, takeInDeleted } from './take-in-deletions.ts';
import { type ItemOutcome, takeInItem } from './take-in-item.ts';
import { saidAt } from './wall-clock.ts';

/** What was done with what a device said. */
export type AppliedCounts = Readonly<Record<ItemOutcome | 'deviceDeleted', number>>;

/**
 * Takes in what a device says of a file: deletions, then changes, then what its list lacks. Nothing is deleted at a device's first sync, and
 * too many deletions at once are held until the user confirms them.
 *
 * @param file What is known of this kind of annotation, tombstones and holdings of all devices included.
 * @param now Unix seconds.
 * @returns The draft with all changes, what was done, and whether the request was overtaken on its way.
 */
export function takeInExchange(
  file: FileAnnotations,
  asking: AskingDevice,
  request: ExchangeRequest,
  now: number,
): { readonly draft: FileDraft; readonly applied: AppliedCounts; readonly isLate: boolean } {
  const device = { ...asking, hasExchanged: isAhead(undefined, request.round) };
  const draft = new FileDraft(file, device.deviceId);
  const side = new DeviceSide(request.keys, request.changes, request.keysComplete);
  const applied = { ...NOTHING_APPLIED };
  // What comes late says what was.
  const isLate = draft.ownHoldings().some((holding) => isOvertaken(holding, saidAt(device.clock)));
  if (!device.isFirstSync) {
    if (!isLate) doubtIfGoneBack(draft, device, request, side);
    if (request.confirmedDeletes) applied.deviceDeleted += deleteHeld(draft, device, side, now);
    if (device.hasProtocol) {
      applied.deviceDeleted += takeInDeleted(draft, device, request.deleted, side, request.confirmedDeletes, now);
    }
  }
  for (const item of request.changes) {
    const known =
      identifyItem(draft, item, side) ?? (request.kind === 'bookmark' ? identifyBookmark(draft, item) : undefined);
    applied[takeInItem(draft, device, request.kind, item, known, now)] += 1;
  }
  for (const listed of request.keys) noteListed(draft, device, listed, side);
  if (request.keysComplete && !device.isFirstSync) applied.deviceDeleted += takeInAbsence(draft, device, side, now);
  return { draft, applied, isLate };
}

/** Counts to begin with. */
export const NOTHING_APPLIED: AppliedCounts = {
  created: 0,
  updated: 0,
  moved: 0,
  unchanged: 0,
  skippedDeleted: 0,
  deviceDeleted: 0,
};

/** How many deletions of this device wait for the user. */
export function countHeld(draft: FileDraft): number {
  return draft
    .ownHoldings()
    .filter(({ heldAt, annotationId }) => heldAt !== undefined && draft.get(annotationId)?.deletedAt === undefined)
    .length;
}

/** What a device lists it has, whatever was thought. */
function noteListed(draft: FileDraft, device: AskingDevice, listed: ListedKey, side: DeviceSide): void {
  const annotation = identifyKey(draft, listed, side);
  if (!annotation) return;
  const holding = draft.holding(annotation.id);
  // A list that comes late says what was.
  if (holding && isOvertaken(holding, saidAt(device.clock))) return;
  const isKnown =
    holding?.hasIt &&
    !holding.isDeleteOffered &&
    holding.heldAt === undefined &&
    holding.key === listed.key &&
    holding.datetime === listed.datetime;
  if (isKnown) return;
  draft.hold(annotation, {
    key: listed.key,
    datetime: listed.datetime,
    hasIt: true,
    heldAt: undefined,
    isDeleteOffered: false,
    saidAt: saidAt(device.clock) ?? holding?.saidAt,
  });
}
