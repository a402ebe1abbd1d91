import type { Dialect } from './pointer.ts';

/** What is to be translated. Without `end` it is a point; a CFI may hold both ends in `start`. */
export interface TranslationRequest {
  readonly from: Dialect;
  readonly to: Dialect;
  readonly start: string;
  readonly end?: string;
  /** The text between the two, or what follows a point, as far as it is known: what is found is checked against it. */
  readonly text?: string;
  /** Text right in front of `start`, and right behind the end of `text`. */
  readonly prefix?: string;
  readonly suffix?: string;
}

/**
 * How well a place was found. `exact`: by its structure, and the text agrees as far as it is known. `repaired`: by its text.
 * `nearby`: the same passage, but not the same words. `chapter`: the same document only.
 */
export type TranslationKind = 'exact' | 'repaired' | 'nearby' | 'chapter';

export type Translation = FoundTranslation | LostTranslation;

export interface FoundTranslation {
  readonly kind: TranslationKind;
  readonly start: string;
  readonly end?: string;
  /** Index of the spine item the start is in. */
  readonly spineIndex: number;
  /** The text found, if it was asked for and could be read. */
  readonly text?: string;
  /** What was tried, for people. */
  readonly trace: readonly string[];
}

export interface LostTranslation {
  readonly kind: 'lost';
  readonly reason: string;
  readonly trace: readonly string[];
}
