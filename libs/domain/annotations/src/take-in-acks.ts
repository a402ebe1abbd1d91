import type { AnnotationKind, AskingDevice, FileAnnotations, Holding } from './annotation.ts';
import { FileDraft } from './file-draft.ts';
import type { Place } from './fields.ts';
import { pastAfter } from './take-in-item.ts';
import { saidAt } from './wall-clock.ts';

/** What became of an add or an edit on the device. */
export interface AppliedAck {
  readonly serverId: number;
  /** Absent for bookmarks, which have no edits. */
  readonly version?: number;
  readonly status: 'applied' | 'failed';
  /** Where the device put it, if not where it was told. */
  readonly pos0?: string;
  readonly pos1?: string;
  /** The key it has there; the device of a bookmark also mints its datetime. */
  readonly key?: string;
  readonly datetime?: string;
  readonly reason?: string;
}

/** What became of a deletion on the device. */
export interface DeletedAck {
  readonly serverId: number;
  readonly status: 'applied' | 'failed';
  readonly reason?: string;
}

export interface AckRequest {
  readonly kind: AnnotationKind;
  readonly applied: readonly AppliedAck[];
  readonly deleted: readonly DeletedAck[];
}

/**
 * Takes in what a device did of what it was asked. What it was not asked it cannot acknowledge, so that an ack only ever shrinks what is
 * pending for it.
 *
 * @param keyOf md5 of `datetime|pos0`.
 * @returns The draft with all changes, and how many acks concerned an annotation of the file.
 */
export function takeInAcks(
  file: FileAnnotations,
  device: AskingDevice,
  request: AckRequest,
  now: number,
  keyOf: (datetime: string, pos0: string) => string,
): { readonly draft: FileDraft; readonly acked: number } {
  const draft = new FileDraft(file, device.deviceId);
  let acked = 0;
  for (const ack of request.applied) {
    if (!draft.get(ack.serverId)) continue;
    acked += 1;
    takeInApplied(draft, device, ack, now, keyOf);
  }
  for (const ack of request.deleted) {
    if (!draft.get(ack.serverId)) continue;
    acked += 1;
    takeInDeletedAck(draft, device, ack, now);
  }
  return { draft, acked };
}

function takeInApplied(
  draft: FileDraft,
  device: AskingDevice,
  ack: AppliedAck,
  now: number,
  keyOf: (datetime: string, pos0: string) => string,
): void {
  const annotation = draft.get(ack.serverId);
  const holding = draft.holding(ack.serverId);
  const version = ack.version ?? holding?.offers.at(-1)?.version;
  const offer = holding?.offers.find((each) => each.version === version);
  if (!annotation || !holding || !offer) return;
  if (ack.status === 'failed') {
    if (offer.version !== annotation.version) return;
    draft.hold(annotation, {
      failure: { version: offer.version, reason: ack.reason ?? '', at: Math.floor(now) },
      offers: holding.offers.filter((each) => each !== offer),
    });
    return;
  }
  const place = placeAfter(holding, offer.fields.place, ack);
  const datetime = ack.datetime ?? holding.datetime;
  const base = { ...offer.fields, place };
  draft.hold(annotation, {
    hasIt: true,
    heldAt: undefined,
    base,
    key: ack.key ?? (place ? keyOf(datetime, place.pos0) : holding.key),
    datetime,
    ackedVersion: offer.version,
    placeVersion: offer.placeVersion,
    offers: holding.offers.filter((each) => each.version > offer.version),
    isDeleteOffered: annotation.deletedAt !== undefined && holding.isDeleteOffered,
    timesOffered: 0,
    failure: undefined,
    past: pastAfter(holding, base),
    saidAt: saidAt(device.clock) ?? holding.saidAt,
  });
}

function takeInDeletedAck(draft: FileDraft, device: AskingDevice, ack: DeletedAck, now: number): void {
  const annotation = draft.get(ack.serverId);
  const holding = draft.holding(ack.serverId);
  if (!annotation || !holding?.isDeleteOffered) return;
  if (ack.status === 'failed') {
    if (annotation.deletedAt === undefined) return;
    draft.hold(annotation, {
      failure: { version: annotation.version, reason: ack.reason ?? '', at: Math.floor(now) },
    });
    return;
  }
  draft.hold(annotation, {
    hasIt: false,
    heldAt: undefined,
    offers: [],
    isDeleteOffered: false,
    timesOffered: 0,
    failure: undefined,
    saidAt: saidAt(device.clock) ?? holding.saidAt,
  });
}

/** Pointers the device corrected are where it has the annotation; they do not move it elsewhere. */
function placeAfter(holding: Holding, offered: Place | undefined, ack: AppliedAck): Place | undefined {
  const place = offered ?? holding.base?.place;
  if (ack.pos0 === undefined) return place;
  return {
    format: place?.format ?? 'xpointer',
    domVersion: place?.domVersion,
    pos0: ack.pos0,
    pos1: ack.pos1 ?? place?.pos1,
  };
}
