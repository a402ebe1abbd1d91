import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { BookTranslator, type OfferedPlace } from '../positions/index.ts';
import { PlaceQuoteRepository } from './place-quote.repository.ts';
import type { StoredReport } from './progress.repository.ts';

/** Who asks for a place: which document of theirs the file is, and how their KOReader counts in it. */
export interface AskingDevice {
  /** As the device names it; undefined when it does not matter. */
  readonly document?: string;
  /** The usual one, or what the user's devices told before, unless told. */
  readonly domVersion?: number;
}

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
  ) {}

  /** Costs two to five statements. Never fails because of the file: what cannot be found out is left to the percentage. */
  async run(
    tx: EntityManager,
    userId: number,
    bookFileId: number,
    shared: StoredReport,
    asking: AskingDevice,
  ): Promise<OfferedPlace> {
    const { position, percentage } = shared;
    const known = await this.quotes.findBackground(tx, userId, bookFileId);
    const domVersion = asking.domVersion ?? known.domVersion ?? shared.domVersion;
    const native = position.xpointer ?? position.page;
    const isNative =
      native !== undefined &&
      (!known.isRewritten || (known.document !== undefined && known.document === asking.document));
    const answer = await this.translator.offerTo(
      tx,
      { bookFileId, domVersion },
      {
        percentage,
        ...position,
        domVersion: shared.domVersion ?? domVersion,
        ...(known.isRewritten && !isNative && { quote: known.quote }),
      },
    );
    const offered = 'candidates' in answer ? answer : undefined;
    if (isNative) return withNative(native, offered, percentage);
    if (offered) return offered;
    const unsure = native === undefined ? [] : [{ kind: 'block' as const, position: native }];
    return { quality: 'nearby', candidates: [...unsure, percentCandidate(percentage)] };
  }
}

/** What KOReader wrote is right for KOReader, whatever our model of it says; the words and the other pointers are for when it is not. */
function withNative(native: string, offered: OfferedPlace | undefined, percentage: number): OfferedPlace {
  const first = { kind: 'exact' as const, position: native };
  if (offered?.quality !== 'exact') return { quality: 'exact', candidates: [first, percentCandidate(percentage)] };
  return { ...offered, candidates: [first, ...offered.candidates.filter(({ kind }) => kind !== 'exact')] };
}

function percentCandidate(percentage: number) {
  return { kind: 'percent' as const, position: String(percentage) };
}
