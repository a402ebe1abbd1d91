import { Injectable } from '@nestjs/common';
import type { Place } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { BookTranslator, type FoundPosition, type LostPosition } from '../positions/index.ts';

/** Where the web says something is in a file. */
export interface WebPlace {
  readonly bookFileId: number;
  /** Of a point or a range. */
  readonly cfi: string;
  /** The text there, as far as it is known: what is found is checked against it. */
  readonly text?: string;
}

/** A place as devices find it, and the words there. */
export type TranslatedPlace =
  | { readonly kind: 'exact' | 'repaired'; readonly place: Place; readonly text?: string }
  | { readonly kind: 'lost'; readonly reason: string };

/** Xpointers of a device whose engine counts parts of the book in another way, or spells them in another way. */
export interface ForeignPlace {
  readonly place: Place;
  readonly text?: string;
}

/** Foreign places of one file, and the DOM version they are wanted in. */
export interface ForeignPlaces {
  readonly bookFileId: number;
  readonly domVersion: number;
  readonly places: readonly ForeignPlace[];
}

/** Finds for a CFI the xpointers of the same passage. A place that is not certainly the same is lost: never a wrong position. */
export abstract class PositionTranslator {
  abstract toXpointer(tx: EntityManager, place: WebPlace): Promise<TranslatedPlace>;

  /** Places of each of the files in the dialect its device reads, in their order: of all files at once. */
  abstract toDialects(tx: EntityManager, files: readonly ForeignPlaces[]): Promise<TranslatedPlace[][]>;
}

/** The version whose numbers of fragments every device since 2024 shares, and whose pointers newer ones read. */
const DOM_VERSION = 20240114;

/** Looks into the book itself. */
@Injectable()
export class BookPositionTranslator extends PositionTranslator {
  constructor(private readonly books: BookTranslator) {
    super();
  }

  async toXpointer(tx: EntityManager, { bookFileId, cfi, text }: WebPlace): Promise<TranslatedPlace> {
    const asked = { from: 'cfi', to: 'xpointer', start: cfi, text: text === '' ? undefined : text } as const;
    const [found] = await this.books.translate(tx, { bookFileId, domVersion: DOM_VERSION }, [asked]);
    return placeOf(found, DOM_VERSION);
  }

  async toDialects(tx: EntityManager, files: readonly ForeignPlaces[]): Promise<TranslatedPlace[][]> {
    const found = await this.books.translateAll(
      tx,
      files.map(({ bookFileId, domVersion, places }) => ({
        file: { bookFileId, domVersion },
        asked: places.map(({ place: { pos0, pos1, domVersion: from }, text }) => ({
          from: 'xpointer' as const,
          to: 'xpointer' as const,
          start: pos0,
          end: pos1,
          text: pos1 === undefined || text === '' ? undefined : text,
          domVersion: from,
        })),
      })),
    );
    return files.map(({ domVersion, places }, n) => places.map((_, at) => placeOf(found[n]?.[at], domVersion)));
  }
}

function placeOf(found: FoundPosition | LostPosition | undefined, domVersion: number): TranslatedPlace {
  if (!found || found.kind === 'lost') return { kind: 'lost', reason: found?.reason ?? 'the book gave no answer' };
  if (found.kind !== 'exact' && found.kind !== 'repaired') {
    return { kind: 'lost', reason: 'only a place nearby was found' };
  }
  const place = { format: 'xpointer', pos0: found.start, pos1: found.end, domVersion } as const;
  return { kind: found.kind, place, text: found.end === undefined ? undefined : found.quote?.exact };
}
