import type { ContentSignature } from './content-signature.ts';
import { authorsAgree, titlesAgree } from './name-agreement.ts';
import { preferredCopy } from './preferred-copy.ts';
import { OTHER_CONTENT_SHARE, SAME_CONTENT_SHARE, sharedByteShare } from './shared-bytes.ts';

/** What a device says about the document it has open. */
export interface SentDocument {
  /** KOReader's partial md5 */
  readonly fingerprint: string;
  readonly contentSignature?: ContentSignature;
  /** other fingerprints the device has on record for this file */
  readonly alsoKnownAs?: readonly string[];
  readonly title?: string;
  /** as KOReader keeps them: one a line, or parted by commas */
  readonly authors?: string;
}

/** A book file the user may read which could be the document. */
export interface MatchCandidate {
  readonly bookFileId: number;
  readonly bookId: number;
  /** the current one */
  readonly fingerprint: string;
  readonly formerFingerprints: readonly string[];
  readonly contentSignature?: ContentSignature;
  /** bytes */
  readonly size: number;
  readonly title: string;
  readonly authors: readonly string[];
  /** whether it is its book's primary file */
  readonly isPrimary: boolean;
  /** whether the document was taken for this one of several copies before */
  readonly isRemembered?: boolean;
  /** unix seconds when this user last read this very file */
  readonly lastReadAt?: number;
}

/** Why a file was taken for the document, strongest first. */
export type MatchedBy = 'link' | 'current' | 'former' | 'content' | 'alias';

/** `several_books`: more than one book fits; `other_content`: the fingerprint fits but the text is another. */
export type AskReason = 'several_books' | 'other_content';

export type MatchDecision<C extends MatchCandidate = MatchCandidate> =
  /** `isOneOfSeveral`: it was chosen among copies of one book, which is to be remembered */
  | {
      readonly kind: 'matched';
      readonly bookFileId: number;
      readonly matchedBy: MatchedBy;
      readonly isOneOfSeveral?: true;
    }
  /** candidates by ascending bookFileId */
  | { readonly kind: 'ask'; readonly candidates: readonly C[]; readonly reason: AskReason }
  | { readonly kind: 'unmatched' };

/**
 * Which of the user's files a document is: the user's own link, then the current fingerprint, a former one, the content
 * signature, and the other fingerprints on record where title or authors agree. What it does not know it asks rather
 * than guesses. The order of the candidates does not matter, nor do candidates that fit in no way.
 */
export function matchDocument<C extends MatchCandidate>(
  document: SentDocument,
  linkedBookFileId: number | undefined,
  candidates: readonly C[],
): MatchDecision<C> {
  const linked = candidates.find(({ bookFileId }) => bookFileId === linkedBookFileId);
  if (linked !== undefined) return matched([linked], 'link');
  const byFingerprint = pickByFingerprint(document, candidates);
  if (byFingerprint.kind === 'matched') return byFingerprint;
  const byContent = pickByContent(document, candidates);
  if (byContent.kind === 'matched') return byContent;
  if (byFingerprint.kind === 'ask') return byFingerprint;
  return byContent.kind === 'ask' ? byContent : pickByAlias(document, candidates);
}

/** Former fingerprints count only where no file has the fingerprint now: what is true beats what was. */
function pickByFingerprint<C extends MatchCandidate>(
  document: SentDocument,
  candidates: readonly C[],
): MatchDecision<C> {
  const current = candidates.filter(({ fingerprint }) => fingerprint === document.fingerprint);
  if (current.length > 0) return pick(document, current, 'current');
  const former = candidates.filter(({ formerFingerprints }) => formerFingerprints.includes(document.fingerprint));
  return pick(document, former, 'former');
}

/** One of the candidates of a fingerprint, all of which have it. */
function pick<C extends MatchCandidate>(
  document: SentDocument,
  candidates: readonly C[],
  matchedBy: MatchedBy,
): MatchDecision<C> {
  if (candidates.length === 0) return { kind: 'unmatched' };
  const possible = candidates.filter((candidate) => !hasOtherContent(document, candidate));
  if (possible.length === 0) return ask(candidates, 'other_content');
  if (areCopies(candidates)) return matched(possible, matchedBy);
  const sameContent = possible.filter((candidate) => hasSameContent(document, candidate));
  if (sameContent.length > 0 && areCopies(sameContent)) return matched(sameContent, matchedBy);
  const likely = sameContent.length > 0 ? sameContent : possible;
  const sameNames = likely.filter((candidate) => isCalledTheSame(document, candidate));
  if (sameNames.length > 0 && areCopies(sameNames)) return matched(sameNames, matchedBy);
  return ask(likely, 'several_books');
}

function pickByContent<C extends MatchCandidate>(document: SentDocument, candidates: readonly C[]): MatchDecision<C> {
  const same = candidates.filter((candidate) => hasSameContent(document, candidate));
  if (same.length === 0) return { kind: 'unmatched' };
  return areCopies(same) ? matched(same, 'content') : ask(same, 'several_books');
}

/** A sidecar left behind by another file names that file's fingerprint: without an agreeing name it is worth nothing. */
function pickByAlias<C extends MatchCandidate>(document: SentDocument, candidates: readonly C[]): MatchDecision<C> {
  const aliases = new Set(document.alsoKnownAs ?? []);
  const known = candidates.filter(
    (candidate) =>
      [candidate.fingerprint, ...candidate.formerFingerprints].some((each) => aliases.has(each)) &&
      !hasOtherContent(document, candidate) &&
      (titlesAgree(document.title, candidate.title) || authorsAgree(document.authors, candidate.authors)),
  );
  return pick(document, known, 'alias');
}

function matched<C extends MatchCandidate>(copies: readonly C[], matchedBy: MatchedBy): MatchDecision<C> {
  const copy = preferredCopy(copies);
  return copy === undefined
    ? { kind: 'unmatched' }
    : {
        kind: 'matched',
        bookFileId: copy.bookFileId,
        matchedBy,
        ...(copies.length > 1 && { isOneOfSeveral: true }),
      };
}

function ask<C extends MatchCandidate>(candidates: readonly C[], reason: AskReason): MatchDecision<C> {
  return { kind: 'ask', candidates: candidates.toSorted((a, b) => a.bookFileId - b.bookFileId), reason };
}

/** Files of one book, or one file that lies in several libraries: those are books of their own, but nobody can say which of them was meant. */
function areCopies(candidates: readonly MatchCandidate[]): boolean {
  return isOneBook(candidates) || isOneFile(candidates);
}

function isOneBook(candidates: readonly MatchCandidate[]): boolean {
  return new Set(candidates.map(({ bookId }) => bookId)).size === 1;
}

/** The fingerprint samples little, so size and text have to agree as well. */
function isOneFile(candidates: readonly MatchCandidate[]): boolean {
  const bytes = candidates.map(({ fingerprint, size, contentSignature = [] }) =>
    [fingerprint, size, ...contentSignature].join(' '),
  );
  return new Set(bytes).size === 1;
}

function hasSameContent(document: SentDocument, candidate: MatchCandidate): boolean {
  const share = sharedByteShare(document.contentSignature, candidate.contentSignature);
  return share !== undefined && share >= SAME_CONTENT_SHARE;
}

function hasOtherContent(document: SentDocument, candidate: MatchCandidate): boolean {
  const share = sharedByteShare(document.contentSignature, candidate.contentSignature);
  return share !== undefined && share < OTHER_CONTENT_SHARE;
}

/** Title and authors, as far as the device sent them; a title at least. */
function isCalledTheSame(document: SentDocument, candidate: MatchCandidate): boolean {
  return (
    titlesAgree(document.title, candidate.title) &&
    (!document.authors?.trim() || authorsAgree(document.authors, candidate.authors))
  );
}
