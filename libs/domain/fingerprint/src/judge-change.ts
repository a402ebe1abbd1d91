import type { ContentSignature } from './content-signature.ts';
import { authorsAgree, titlesAgree } from './name-agreement.ts';
import { OTHER_CONTENT_SHARE, sharedByteShare } from './shared-bytes.ts';

/** What was or is known of the file at one path. */
export interface FileFacts {
  readonly contentSignature?: ContentSignature;
  /** from the file's content; absent when it was made from the file's name, which says nothing about a change */
  readonly title?: string;
  readonly authors: readonly string[];
  /** ISBNs, UUIDs and the like, in any notation */
  readonly identifiers: readonly string[];
  /** PDF and CBZ */
  readonly pageCount?: number;
}

/** What the judgement rests on; `nothing` when neither side offers anything to compare. */
export type ChangeEvidence = 'content' | 'identifier' | 'names' | 'pages' | 'nothing';

/** `rewritten`: still the same work, with all its history; `replaced`: another book lies at the path now. */
export interface ChangeJudgement {
  readonly kind: 'rewritten' | 'replaced';
  readonly evidence: ChangeEvidence;
}

/**
 * Whether a file whose fingerprint changed is still the same work. Shared text, a shared identifier, or title and authors
 * that agree make it so; another text or other names make it another book. With nothing to compare it stays the same:
 * KOReader itself writes highlights into PDFs, and a history kept wrongly can be undone, a lost one cannot.
 */
export function judgeChange(before: FileFacts, after: FileFacts): ChangeJudgement {
  const share = likenessOf(before, after);
  if (share !== undefined && share >= OTHER_CONTENT_SHARE) return { kind: 'rewritten', evidence: 'content' };
  if (shareIdentifier(before, after)) return { kind: 'rewritten', evidence: 'identifier' };
  if (namesAgree(before, after)) return { kind: 'rewritten', evidence: 'names' };
  if (share !== undefined) return { kind: 'replaced', evidence: 'content' };
  if (before.pageCount !== undefined && before.pageCount === after.pageCount) {
    return { kind: 'rewritten', evidence: 'pages' };
  }
  return before.title !== undefined && after.title !== undefined
    ? { kind: 'replaced', evidence: 'names' }
    : { kind: 'rewritten', evidence: 'nothing' };
}

/** The larger of both shares, so that a file that lost or gained chapters is still like itself. */
function likenessOf(before: FileFacts, after: FileFacts): number | undefined {
  const kept = sharedByteShare(before.contentSignature, after.contentSignature);
  const found = sharedByteShare(after.contentSignature, before.contentSignature);
  return kept === undefined || found === undefined ? undefined : Math.max(kept, found);
}

function shareIdentifier(before: FileFacts, after: FileFacts): boolean {
  const known = new Set(before.identifiers.map(identifierKey).filter(isTelling));
  return after.identifiers.some((identifier) => known.has(identifierKey(identifier)));
}

function identifierKey(identifier: string): string {
  return identifier
    .toLowerCase()
    .replace(/^urn:[a-z0-9-]+:/, '')
    .replace(/[^a-z0-9]/g, '');
}

/** Templates and converters leave short or constant identifiers behind, such as "unknown" or "urn:x". */
function isTelling(key: string): boolean {
  return key.length >= 10 && /\d/.test(key);
}

function namesAgree(before: FileFacts, after: FileFacts): boolean {
  if (!titlesAgree(before.title, after.title)) return false;
  if (before.authors.length === 0 || after.authors.length === 0) return true;
  return authorsAgree(after.authors.join('\n'), before.authors);
}
