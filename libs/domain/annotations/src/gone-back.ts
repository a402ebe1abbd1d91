import { type AskingDevice, type Holding, isOvertaken } from './annotation.ts';
import type { ExchangeRequest } from './exchange-request.ts';
import type { FileDraft } from './file-draft.ts';
import type { DeviceSide } from './identify.ts';
import { DELETED } from './take-in-deletions.ts';
import { saidAt } from './wall-clock.ts';

/**
 * Doubts what a device that was put back from a backup is thought to have. Its list says which annotations it has, not what is in them;
 * but one that lacks what it had, has what it had deleted, or has something under an earlier key again, and says nothing of it, is as it was
 * earlier. What it has of the others may be as old, so all of it is offered anew.
 *
 * @returns Whether there is such a sign.
 */
export function doubtIfGoneBack(
  draft: FileDraft,
  device: AskingDevice,
  request: ExchangeRequest,
  side: DeviceSide,
): boolean {
  const requestSaidAt = saidAt(device.clock);
  const own = draft.ownHoldings();
  // A list that comes late says what was.
  if (!device.hasProtocol || !request.keysComplete || own.some((holding) => isOvertaken(holding, requestSaidAt)))
    return false;
  const said = new Set([...request.changes, ...request.deleted].flatMap(({ key, datetime }) => [key, datetime]));
  const isSilent = ({ key, datetime }: Holding) => !said.has(datetime) && !(key !== undefined && said.has(key));
  const hasGoneBack = own.some(
    (holding) =>
      isSilent(holding) && (isLost(holding, side) || isBack(holding, side) || isUnderFormerKey(draft, holding, side)),
  );
  if (!hasGoneBack) return false;
  for (const holding of own) {
    const annotation = draft.get(holding.annotationId);
    if (!annotation || !holding.hasIt) continue;
    // What the device says itself is compared with what it had before, as far as that is known.
    draft.hold(annotation, { ackedVersion: 0, placeVersion: 0, ...(isSilent(holding) && { base: undefined }) });
  }
  return true;
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
