import type { Annotation, AskingDevice, Holding } from './annotation.ts';
import { type ExchangeRequest, isAhead } from './exchange-request.ts';
import type { FileDraft } from './file-draft.ts';
import type { DeviceSide } from './identify.ts';
import { DELETED } from './take-in-deletions.ts';

/**
 * Doubts what a device that was put back from a backup is thought to have. Our plugin says how many exchanges it remembers, which are fewer
 * then; more than there were have others had under its name since it was forgotten. The list of others says which annotations a device has, not
 * what is in them; but one that lacks what it had, has what it had deleted, or has something under an earlier key again, and says nothing of it,
 * is as it was earlier. What it has of the rest may be as old, so all of it is offered anew.
 */
export function doubtIfGoneBack(
  draft: FileDraft,
  device: AskingDevice,
  request: ExchangeRequest,
  side: DeviceSide,
): void {
  if (!device.hasProtocol) return;
  const own = draft.ownHoldings();
  const said = new Set([...request.changes, ...request.deleted].flatMap(({ key, datetime }) => [key, datetime]));
  const isSilent = ({ key, datetime }: Holding) => !said.has(datetime) && !(key !== undefined && said.has(key));
  const isOlder = (holding: Holding) =>
    isSilent(holding) && (isLost(holding, side) || isBack(holding, side) || isUnderFormerKey(draft, holding, side));
  const remembersLess = (request.round ?? Infinity) < (device.saidRound ?? 0);
  const remembersMore = isAhead(device.knownRounds ?? Infinity, request.round);
  if (!remembersLess && !remembersMore && !(request.keysComplete && own.some(isOlder))) return;
  for (const holding of own) {
    const annotation = draft.get(holding.annotationId);
    if (!annotation || !holding.hasIt) continue;
    const doubted = { ackedVersion: 0, placeVersion: 0 };
    // What the device says itself is compared with what it had before, as far as that is known.
    if (!isSilent(holding)) draft.hold(annotation, doubted);
    else
      draft.hold(annotation, {
        ...doubted,
        base: undefined,
        hasIt: request.keysComplete || !mayLack(annotation, holding),
      });
  }
}

/** What it was given may have come after the backup, and adding it once more changes nothing: it is where it was put. */
function mayLack({ placeVersion }: Annotation, { isOwn }: Holding): boolean {
  return isOwn !== true && placeVersion === 1;
}

function isLost(holding: Holding, side: DeviceSide): boolean {
  return holding.hasIt && side.lacks(holding.key) && !side.hasDatetime(holding.datetime);
}

function isBack({ hasIt, past, key }: Holding, side: DeviceSide): boolean {
  return !hasIt && past.at(-1) === DELETED && side.has(key);
}

/** The device moved it, or was told to, and has it where it was before. */
function isUnderFormerKey(draft: FileDraft, { hasIt, key, annotationId }: Holding, side: DeviceSide): boolean {
  const formerKeys = draft.get(annotationId)?.keys ?? [];
  return hasIt && side.lacks(key) && formerKeys.some((former) => side.has(former));
}
