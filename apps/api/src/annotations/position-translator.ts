import type { Place } from '@bookorbit/domain-annotations';

/** Where the web says something is in a file. */
export interface WebPlace {
  readonly bookFileId: number;
  readonly cfi: string;
  /** The text there, as far as it is known: what is found is checked against it. */
  readonly text?: string;
}

/** A place as devices find it. */
export type TranslatedPlace =
  { readonly kind: 'exact' | 'repaired'; readonly place: Place } | { readonly kind: 'lost'; readonly reason: string };

/** Finds for a CFI the xpointers of the same passage. A place that is not certainly the same is lost: never a wrong position. */
export abstract class PositionTranslator {
  abstract toXpointer(place: WebPlace): Promise<TranslatedPlace>;
}

/** Until books can be opened for it: such annotations are kept, and counted as without a position on devices. */
export class NoPositionTranslator extends PositionTranslator {
  toXpointer(): Promise<TranslatedPlace> {
    return Promise.resolve({ kind: 'lost', reason: 'positions cannot be translated on this server yet' });
  }
}
