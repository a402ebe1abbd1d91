import type { AskedDocument } from './match-documents.ts';
import type { FileCandidate } from './match.repository.ts';

/** Finds the files that could be a document without looking at those of the other documents of a request. */
export class CandidateIndex {
  private readonly byKey = new Map<string, FileCandidate[]>();

  constructor(candidates: readonly FileCandidate[]) {
    for (const candidate of candidates) {
      for (const key of keysOf(candidate)) {
        const known = this.byKey.get(key);
        if (known) known.push(candidate);
        else this.byKey.set(key, [candidate]);
      }
    }
  }

  /** @returns Each file once that has anything in common with what was asked. */
  find({ document, alsoKnownAs = [], contentSignature = [] }: AskedDocument): readonly FileCandidate[] {
    const keys = [document, ...alsoKnownAs, ...contentSignature];
    return [...new Set(keys.flatMap((key) => this.byKey.get(key) ?? []))];
  }
}

/** Fingerprints, document ids and entries of signatures are told apart by their form or mean the same. */
function keysOf(candidate: FileCandidate): Set<string> {
  return new Set([
    candidate.fingerprint,
    candidate.nameMd5,
    ...candidate.formerFingerprints,
    ...(candidate.contentSignature ?? []),
    ...candidate.links.map(({ document }) => document),
    ...candidate.openQuestions,
  ]);
}
