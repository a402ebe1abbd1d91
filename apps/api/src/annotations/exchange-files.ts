import { Injectable } from '@nestjs/common';
import {
  type AnnotationKind,
  type AppliedCounts,
  type AskingDevice,
  countHeld,
  type DeviceClock,
  type ExchangeRequest,
  type FileDraft,
  isAhead,
  NOTHING_APPLIED,
  noteUnplaceable,
  type Offers,
  offerTo,
  type Place,
  placesToTranslate,
  takeInExchange,
} from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { lockFiles } from '../database/index.ts';
import { annotationKey } from './annotation-key.ts';
import { AnnotationRepository, type FileSave, type SyncMark } from './annotation.repository.ts';
import { PositionTranslator } from './position-translator.ts';

/** The device that exchanges. */
export interface ExchangingDevice {
  readonly deviceId: string;
  /** Our plugin, which says what it deletes. */
  readonly hasProtocol: boolean;
  readonly clock: DeviceClock;
}

/** What a device says of one kind of annotation in one file. */
export interface FileExchange {
  readonly bookFileId: number;
  readonly request: Omit<ExchangeRequest, 'kind'>;
  readonly domVersion?: number;
  /** False: two-way sync is off. */
  readonly receives: boolean;
}

export interface FileOutcome {
  readonly applied: AppliedCounts;
  readonly offers: Offers;
  /** Deletions of this device that wait for the user. */
  readonly held: number;
  /** Which exchange of this device and file it was; 0 for an upload. */
  readonly round: number;
  /** The device remembers more than the server. */
  readonly isAhead: boolean;
}

const NO_OFFERS: Offers = { add: [], edit: [], delete: [], more: false, skippedNoPosition: 0 };

/** The part every exchange shares: lock the files, let the rules decide, save. Runs inside the caller's transaction. */
@Injectable()
export class ExchangeFiles {
  constructor(
    private readonly annotations: AnnotationRepository,
    private readonly translator: PositionTranslator,
  ) {}

  /**
   * @param tellsAll False for the one-way upload, after which the device's first exchange is still its first.
   * @returns An outcome for each of `exchanges`, in their order.
   */
  async run(
    tx: EntityManager,
    userId: number,
    device: ExchangingDevice,
    kind: AnnotationKind,
    exchanges: readonly FileExchange[],
    now: Date,
    tellsAll = true,
  ): Promise<FileOutcome[]> {
    if (exchanges.length === 0) return [];
    const byFile = joinedByFile(exchanges);
    const fileIds = [...byFile.keys()];
    await lockFiles(tx, userId, fileIds);
    const files = await this.annotations.findFiles(tx, userId, device.deviceId, kind, fileIds);
    const rounds = await this.annotations.findRounds(tx, userId, device.deviceId, kind, fileIds);
    const outcomes = new Map<number, FileOutcome>();
    const saves: FileSave[] = [];
    for (const [bookFileId, { request, domVersion, receives }] of byFile) {
      const asking = { ...device, domVersion, receives, isFirstSync: !rounds.has(bookFileId) };
      const known = files.get(bookFileId) ?? { annotations: [], holdings: [] };
      const { draft, applied } = takeInExchange(known, asking, { ...request, kind }, now.getTime() / 1000);
      const translated = await this.translate(tx, bookFileId, draft, asking, now);
      const offers = offerTo(draft, asking, annotationKey, translated.places);
      const skippedNoPosition = offers.skippedNoPosition + translated.lost;
      outcomes.set(bookFileId, {
        applied,
        offers: { ...offers, skippedNoPosition },
        held: countHeld(draft),
        round: tellsAll ? (rounds.get(bookFileId) ?? 0) + 1 : 0,
        isAhead: isAhead(rounds.get(bookFileId), request.round),
      });
      saves.push({ bookFileId, change: draft.change() });
    }
    await this.annotations.save(tx, userId, { source: 'koreader', deviceId: device.deviceId }, saves, now);
    if (tellsAll) {
      const marks = [...byFile.values()].map((exchange): SyncMark => ({
        ...exchange,
        hasProtocol: device.hasProtocol,
      }));
      await this.annotations.saveSyncs(tx, userId, device.deviceId, kind, marks, now);
    }
    return inOrder(exchanges, outcomes);
  }

  /** Books that were first opened years ago count their parts in another way; most requests ask for nothing here. */
  private async translate(
    tx: EntityManager,
    bookFileId: number,
    draft: FileDraft,
    asking: AskingDevice,
    now: Date,
  ): Promise<{ readonly places: ReadonlyMap<number, Place>; readonly lost: number }> {
    const { domVersion } = asking;
    const foreign = placesToTranslate(draft, asking);
    const places = foreign.flatMap(({ fields: { place, text } }) => (place ? [{ place, text }] : []));
    if (domVersion === undefined || places.length === 0) return { places: new Map(), lost: 0 };
    const found = await this.translator.toDialect(tx, bookFileId, domVersion, places);
    const translated = new Map<number, Place>();
    for (const [n, annotation] of foreign.entries()) {
      const there = found[n];
      if (there && there.kind !== 'lost') translated.set(annotation.id, there.place);
      else noteUnplaceable(draft, annotation, there?.reason ?? 'the book gave no answer', now.getTime() / 1000);
    }
    return { places: translated, lost: foreign.length - translated.size };
  }
}

/** Two documents of a request may be one file: what the device has is then in both. */
function joinedByFile(exchanges: readonly FileExchange[]): Map<number, FileExchange> {
  const byFile = new Map<number, FileExchange>();
  for (const exchange of exchanges) {
    const known = byFile.get(exchange.bookFileId);
    byFile.set(exchange.bookFileId, known ? joined(known, exchange) : exchange);
  }
  return byFile;
}

function joined(a: FileExchange, b: FileExchange): FileExchange {
  return {
    bookFileId: a.bookFileId,
    domVersion: a.domVersion ?? b.domVersion,
    receives: a.receives && b.receives,
    request: {
      keys: [...a.request.keys, ...b.request.keys],
      keysComplete: a.request.keysComplete && b.request.keysComplete,
      changes: [...a.request.changes, ...b.request.changes],
      deleted: [...a.request.deleted, ...b.request.deleted],
      confirmedDeletes: a.request.confirmedDeletes && b.request.confirmedDeletes,
      round: largest(a.request.round, b.request.round),
    },
  };
}

function largest(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
}

/** The outcome of a file goes to the first document that is it; another gets nothing more to do. */
function inOrder(exchanges: readonly FileExchange[], outcomes: Map<number, FileOutcome>): FileOutcome[] {
  return exchanges.map(({ bookFileId }) => {
    const outcome = outcomes.get(bookFileId);
    outcomes.delete(bookFileId);
    return outcome ?? { applied: NOTHING_APPLIED, offers: NO_OFFERS, held: 0, round: 0, isAhead: false };
  });
}
