import { Injectable } from '@nestjs/common';
import { isOneEra } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import {
  BookTranslator,
  ChapterNames,
  type LostPosition,
  type OfferedPlace,
  type StoredPlace,
} from '../positions/index.ts';
import { type PlaceBackground, PlaceQuoteRepository } from './place-quote.repository.ts';
import type { StoredReport } from './progress.repository.ts';

/** Who asks for a place: which document of theirs the file is, and how their KOReader counts in it. */
export interface AskingDevice {
  readonly deviceId?: string;
  /** As the device names it; undefined when it does not matter. */
  readonly document?: string;
  /** The usual one, or what the user's devices told before, unless told. */
  readonly domVersion?: number;
}

/** The newest place in a file, asked for by a device. */
export interface AskedPlace {
  readonly bookFileId: number;
  readonly shared: StoredReport;
  readonly asking: AskingDevice;
}

/** How many characters a device compares with what it finds at a place. */
const CHECKED_CHARACTERS = 40;

/**
 * Says where a device can go for the newest place in a file. A pointer KOReader wrote for the same document goes out byte for byte;
 * what came from elsewhere, or before the file was rewritten, is translated: to the place itself, its block, its chapter, or the text
 * nearest to the percentage, never to another document.
 */
@Injectable()
export class PlaceForDevice {
  constructor(
    private readonly quotes: PlaceQuoteRepository,
    private readonly translator: BookTranslator,
    private readonly chapters: ChapterNames,
  ) {}

  /** {@link runAll} for one file. */
  async run(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    shared: StoredReport,
    asking: AskingDevice,
  ): Promise<OfferedPlace> {
    const [place] = await this.runAll(tx, userId, [{ bookFileId, shared, asking }]);
    return place ?? { quality: 'nearby', candidates: [percentCandidate(shared.percentage)] };
  }

  /**
   * Where to go in each of the files, in their order. Costs two statements, and one more when tables of several are not at hand.
   * Never fails because of a file: what cannot be found out is left to the percentage. To be called outside of a transaction that
   * holds locks, as books may have to be read.
   */
  async runAll(tx: EntityManager, userId: number, asked: readonly AskedPlace[]): Promise<OfferedPlace[]> {
    if (asked.length === 0) return [];
    const backgrounds = await this.quotes.findBackgrounds(
      tx,
      userId,
      asked.map(({ bookFileId }) => bookFileId),
    );
    const known = asked.map((one) => ({ ...one, background: backgrounds.get(one.bookFileId) ?? NOTHING_KNOWN }));
    const toTranslate = known.filter((one) => !isOwn(one));
    const offers = await this.translator.offerAll(
      tx,
      toTranslate.map((one) => ({ file: fileOf(one), place: storedPlaceOf(one) })),
    );
    const offered = new Map(toTranslate.map((one, n) => [one, offers[n]]));
    return known.map((one) => settled(one, offered.get(one)));
  }

  /** {@link runAll}, and under which heading each place stands: one statement more. */
  async runAllNamed(tx: EntityManager, userId: number, asked: readonly AskedPlace[]): Promise<NamedPlace[]> {
    const offers = await this.runAll(tx, userId, asked);
    const names = await this.chapters.find(
      tx,
      asked.map(({ bookFileId, shared, asking: { deviceId, domVersion } }, n) => {
        const pointer = offers[n]?.candidates.find(({ position }) => position.startsWith('/'))?.position;
        // A device knows the chapters of its own book.
        return { bookFileId, xpointer: deviceId === shared.deviceId ? undefined : pointer, domVersion };
      }),
    );
    return offers.map((offer, n) => ({ ...offer, ...(names[n] !== undefined && { chapter: names[n] }) }));
  }
}

/** The heading a place stands under, where it is certain. */
export interface NamedPlace extends OfferedPlace {
  readonly chapter?: string;
}

interface KnownPlace extends AskedPlace {
  readonly background: PlaceBackground;
}

const NOTHING_KNOWN: PlaceBackground = { isRewritten: false };

/** Most syncs answer a device with what it has just said itself: no book is read for that. */
function isOwn(one: KnownPlace): boolean {
  const { shared, background, asking } = one;
  return (
    asking.deviceId === shared.deviceId && asking.document === background.document && nativePointer(one) !== undefined
  );
}

/**
 * Native pointers are kept from being translated; without a native form, after a rewrite, or from a KOReader that numbers the documents of a
 * book otherwise, the best of what is known counts.
 */
function nativePointer(one: KnownPlace): string | undefined {
  const { position, domVersion } = one.shared;
  const { background, asking } = one;
  const native = position.xpointer ?? position.page;
  if (position.xpointer !== undefined && !isOneEra(domVersion, fileOf(one).domVersion)) return undefined;
  const isSameDocument = background.document !== undefined && background.document === asking.document;
  return background.isRewritten && !isSameDocument ? undefined : native;
}

function fileOf({ bookFileId, shared, background, asking }: KnownPlace) {
  return { bookFileId, domVersion: asking.domVersion ?? background.domVersion ?? shared.domVersion };
}

function storedPlaceOf(one: KnownPlace): StoredPlace {
  const { shared, background } = one;
  const isToBeFound = background.isRewritten && nativePointer(one) === undefined;
  return {
    percentage: shared.percentage,
    ...shared.position,
    domVersion: shared.domVersion ?? fileOf(one).domVersion,
    ...(isToBeFound && { quote: background.quote }),
  };
}

function settled(one: KnownPlace, offer: OfferedPlace | LostPosition | undefined): OfferedPlace {
  const { shared, background } = one;
  const offered = offer && 'candidates' in offer ? offer : undefined;
  const native = nativePointer(one);
  if (native !== undefined) return withNative(native, offered, one);
  if (offered) return offered;
  // The file cannot be read now: the pointer of its former content is better than none, for a device that looks before it goes.
  const unsure = shared.position.xpointer ?? shared.position.page;
  const textAfter = checkedText(background.quote?.exact);
  return {
    quality: 'nearby',
    candidates: [
      ...(unsure === undefined ? [] : [{ kind: 'block' as const, position: unsure }]),
      percentCandidate(shared.percentage),
    ],
    ...(unsure !== undefined && textAfter !== undefined && { textAfter }),
  };
}

/** What KOReader wrote is right for KOReader, whatever our model of it says; the words and the other pointers are for when it is not. */
function withNative(
  native: string,
  offered: OfferedPlace | undefined,
  { shared, background }: KnownPlace,
): OfferedPlace {
  const first = { kind: 'exact' as const, position: native };
  const isSure = offered?.quality === 'exact';
  const others = offered?.candidates.filter(({ kind }) => kind !== 'exact') ?? [percentCandidate(shared.percentage)];
  const textAfter = isSure
    ? offered.textAfter
    : background.isRewritten
      ? undefined
      : checkedText(background.quote?.exact);
  return { quality: 'exact', candidates: [first, ...others], ...(textAfter !== undefined && { textAfter }) };
}

function checkedText(words: string | undefined): string | undefined {
  return words ? Array.from(words).slice(0, CHECKED_CHARACTERS).join('') : undefined;
}

function percentCandidate(percentage: number) {
  return { kind: 'percent' as const, position: String(percentage) };
}
