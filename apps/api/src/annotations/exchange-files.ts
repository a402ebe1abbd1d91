import { Injectable } from '@nestjs/common';
import {
  type AnnotationKind,
  type AppliedCounts,
  type AskingDevice,
  countHeld,
  type DeviceClock,
  type ExchangeRequest,
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
    const takenIn = [...byFile].map(([bookFileId, { request, domVersion, receives }]): TakenIn => {
      const round = rounds.get(bookFileId);
      const asking = {
        ...device,
        domVersion,
        receives,
        isFirstSync: round === undefined,
        saidRound: round?.said,
        knownRounds: round?.count,
      };
      const known = files.get(bookFileId) ?? { annotations: [], holdings: [] };
      return { bookFileId, asking, ...takeInExchange(known, asking, { ...request, kind }, now.getTime() / 1000) };
    });
    const translations = await this.translate(tx, takenIn, now);
    const outcomes = new Map<number, FileOutcome>();
    for (const { bookFileId, asking, draft, applied } of takenIn) {
      const translated = translations.get(bookFileId);
      const offers = offerTo(draft, asking, annotationKey, translated?.places);
      const skippedNoPosition = offers.skippedNoPosition + (translated?.lost ?? 0);
      outcomes.set(bookFileId, {
        applied,
        offers: { ...offers, skippedNoPosition },
        held: countHeld(draft),
        round: tellsAll ? (rounds.get(bookFileId)?.count ?? 0) + 1 : 0,
        isAhead: isAhead(rounds.get(bookFileId)?.count, byFile.get(bookFileId)?.request.round),
      });
    }
    const saves = takenIn.map(({ bookFileId, draft }): FileSave => ({ bookFileId, change: draft.change() }));
    await this.annotations.save(tx, userId, { source: 'koreader', deviceId: device.deviceId }, saves, now);
    if (tellsAll) {
      const late = new Set(takenIn.flatMap(({ bookFileId, isLate }) => (isLate ? [bookFileId] : [])));
      const marks = [...byFile.values()].map((exchange): SyncMark => ({
        ...exchange,
        hasProtocol: device.hasProtocol,
        saidRound: late.has(exchange.bookFileId) ? undefined : exchange.request.round,
      }));
      await this.annotations.saveSyncs(tx, userId, device.deviceId, kind, marks, now);
    }
    return inOrder(exchanges, outcomes);
  }

  /** Books that were first opened years ago count their parts in another way; most requests ask for nothing here. */
  private async translate(
    tx: EntityManager,
    takenIn: readonly TakenIn[],
    now: Date,
  ): Promise<ReadonlyMap<number, Translations>> {
    const asked = takenIn.flatMap(({ bookFileId, asking, draft }) => {
      const { domVersion } = asking;
      const foreign = placesToTranslate(draft, asking);
      const places = foreign.flatMap(({ fields: { place, text } }) => (place ? [{ place, text }] : []));
      return domVersion === undefined || places.length === 0
        ? []
        : [{ bookFileId, domVersion, draft, foreign, places }];
    });
    if (asked.length === 0) return new Map();
    const found = await this.translator.toDialects(tx, asked);
    return new Map(
      asked.map(({ bookFileId, draft, foreign }, n): [number, Translations] => {
        const places = new Map<number, Place>();
        for (const [at, annotation] of foreign.entries()) {
          const there = found[n]?.[at];
          if (there && there.kind !== 'lost') places.set(annotation.id, there.place);
          else noteUnplaceable(draft, annotation, there?.reason ?? 'the book gave no answer', now.getTime() / 1000);
        }
        return [bookFileId, { places, lost: foreign.length - places.size }];
      }),
    );
  }
}

/** What a device said of a file, taken in. */
interface TakenIn extends ReturnType<typeof takeInExchange> {
  readonly bookFileId: number;
  readonly asking: AskingDevice;
}

/** Places of a file in the dialect of the device, by annotation. */
interface Translations {
  readonly places: ReadonlyMap<number, Place>;
  readonly lost: number;
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
