import { Injectable } from '@nestjs/common';
import type { Place } from '@bookorbit/domain-annotations';
import type { EntityManager } from 'typeorm';
import { BookTranslator } from '../positions/index.ts';

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

/** Finds for a CFI the xpointers of the same passage. A place that is not certainly the same is lost: never a wrong position. */
export abstract class PositionTranslator {
  abstract toXpointer(tx: EntityManager, place: WebPlace): Promise<TranslatedPlace>;
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
    if (!found || found.kind === 'lost') return { kind: 'lost', reason: found?.reason ?? 'the book gave no answer' };
    if (found.kind !== 'exact' && found.kind !== 'repaired') {
      return { kind: 'lost', reason: 'only a place nearby was found' };
    }
    const place = { format: 'xpointer', pos0: found.start, pos1: found.end, domVersion: DOM_VERSION } as const;
    return { kind: found.kind, place, text: found.end === undefined ? undefined : found.quote?.exact };
  }
}
