import { Injectable } from '@nestjs/common';
import type { MatchedBy } from '@bookorbit/contracts';
import { type ContentSignature, matchDocument, type MatchDecision } from '@bookorbit/domain-fingerprint';
import type { EntityManager } from 'typeorm';
import { CandidateIndex } from './candidate-index.ts';
import { type FileCandidate, type LooseDocument, MatchRepository } from './match.repository.ts';

/** A document as a device names and describes it. */
export interface AskedDocument {
  /** A fingerprint in lower case; from stock clients any text. */
  readonly document: string;
  readonly contentSignature?: ContentSignature;
  readonly alsoKnownAs?: readonly string[];
  readonly title?: string;
  readonly authors?: string;
  readonly filename?: string;
}

/** What a document turned out to be. */
export type DocumentMatch =
  | {
      readonly kind: 'matched';
      readonly bookFileId: number;
      readonly bookId: number;
      readonly title: string;
      readonly matchedBy: MatchedBy | 'name';
      /** A copy of its book was chosen. */
      readonly isOneOfSeveral?: true;
    }
  | { readonly kind: 'ask'; readonly candidateFileIds: readonly number[] }
  | { readonly kind: 'unmatched' };

const FINGERPRINT = /^[0-9a-f]{32}$/;

/** Recognises the files documents are (`protocol.md` 5.1), any number of documents in a constant number of statements. */
@Injectable()
export class MatchDocuments {
  constructor(private readonly matches: MatchRepository) {}

  /**
   * @param byName Whether a document may also be the md5 of a file's base name, as KOReader's file-name matching sends.
   * @returns A match for each document, by its id.
   */
  async run(
    tx: EntityManager,
    userId: number,
    asked: readonly AskedDocument[],
    now: Date,
    byName = false,
  ): Promise<ReadonlyMap<string, DocumentMatch>> {
    const candidates = await this.matches.findCandidates(tx, userId, {
      documents: asked.map(({ document }) => document),
      fingerprints: [
        ...new Set(asked.flatMap(({ document, alsoKnownAs = [] }) => [document, ...alsoKnownAs]).filter(isFingerprint)),
      ],
      contentParts: [...new Set(asked.flatMap(({ contentSignature = [] }) => contentSignature))],
    });
    const index = new CandidateIndex(candidates);
    const matches = new Map(
      asked.map((document) => [document.document, matchOf(document, index.find(document), byName)]),
    );
    await this.remember(tx, userId, matches, candidates, now);
    return matches;
  }

  /** Shows documents without a file to the user, and no longer those that have one. */
  async noteLoose(
    tx: EntityManager,
    userId: number,
    deviceId: string,
    asked: readonly AskedDocument[],
    matches: ReadonlyMap<string, DocumentMatch>,
    now: Date,
  ): Promise<void> {
    const loose = asked.flatMap<LooseDocument>(({ document, title, authors, filename }) => {
      const match = matches.get(document);
      if (!match || match.kind === 'matched') return [];
      const described = { document, title, authors, filename };
      return match.kind === 'ask'
        ? [{ ...described, reason: 'ambiguous', candidateFileIds: match.candidateFileIds }]
        : [{ ...described, reason: 'unknown', candidateFileIds: [] }];
    });
    if (loose.length > 0) await this.matches.noteLoose(tx, userId, deviceId, loose, now);
    const found = asked.map(({ document }) => document).filter((document) => matches.get(document)?.kind === 'matched');
    if (found.length > 0) await this.matches.removeLoose(tx, userId, found);
  }

  /** What only the content told, and which of several copies it was: else reading another copy elsewhere would take the device's data there. */
  private async remember(
    tx: EntityManager,
    userId: number,
    matches: ReadonlyMap<string, DocumentMatch>,
    candidates: readonly FileCandidate[],
    now: Date,
  ): Promise<void> {
    const linked = new Set(
      candidates.flatMap(({ links }) =>
        links.filter(({ origin }) => origin !== 'refused').map(({ document }) => document),
      ),
    );
    const fresh = [...matches].flatMap(([document, match]) =>
      match.kind === 'matched' && (match.matchedBy === 'content' || match.isOneOfSeveral) && !linked.has(document)
        ? [{ document, bookFileId: match.bookFileId }]
        : [],
    );
    if (fresh.length > 0) await this.matches.linkByContent(tx, userId, fresh, now);
  }
}

function matchOf(asked: AskedDocument, all: readonly FileCandidate[], byName: boolean): DocumentMatch {
  const isRefused = ({ links }: FileCandidate): boolean =>
    links.some(({ document, origin }) => document === asked.document && origin === 'refused');
  const candidates = all.filter((candidate) => !isRefused(candidate));
  const linked = (origin: 'manual' | 'content') =>
    candidates.find(({ links }) => links.some((link) => link.document === asked.document && link.origin === origin));
  const byContent = linked('content');
  const decision: MatchDecision<FileCandidate> = matchDocument(
    { ...asked, fingerprint: asked.document },
    linked('manual')?.bookFileId,
    candidates.map((candidate) => (candidate === byContent ? { ...candidate, isRemembered: true } : candidate)),
  );
  const doubtful = openQuestion(asked, candidates);
  if (decision.kind === 'matched' && decision.matchedBy !== 'link' && doubtful.length > 0)
    return { kind: 'ask', candidateFileIds: doubtful };
  if (decision.kind === 'matched') {
    const { bookFileId, matchedBy, isOneOfSeveral } = decision;
    return { ...matchedAs(candidates, bookFileId, matchedBy), ...(isOneOfSeveral && { isOneOfSeveral }) };
  }
  // Recognised by its content before: a client that sends no signature profits from one that did.
  if (byContent) return matchedAs(candidates, byContent.bookFileId, 'content');
  if (decision.kind === 'ask')
    return { kind: 'ask', candidateFileIds: decision.candidates.map(({ bookFileId }) => bookFileId) };
  const [named, ...others] = byName ? candidates.filter(({ nameMd5 }) => nameMd5 === asked.document) : [];
  return named && others.length === 0 ? matchedAs(candidates, named.bookFileId, 'name') : { kind: 'unmatched' };
}

/**
 * The one file a device's fingerprint fits but its text did not: a device that shows the fingerprint alone does not answer that question.
 * Of several files, better evidence may well decide.
 */
function openQuestion(asked: AskedDocument, candidates: readonly FileCandidate[]): number[] {
  if (asked.contentSignature) return [];
  const files = candidates.filter(({ openQuestions }) => openQuestions.includes(asked.document));
  return files.length === 1 ? files.map(({ bookFileId }) => bookFileId) : [];
}

function matchedAs(
  candidates: readonly FileCandidate[],
  bookFileId: number,
  matchedBy: MatchedBy | 'name',
): DocumentMatch {
  const file = candidates.find((candidate) => candidate.bookFileId === bookFileId);
  return file
    ? { kind: 'matched', bookFileId, bookId: file.bookId, title: file.title, matchedBy }
    : { kind: 'unmatched' };
}

function isFingerprint(text: string): boolean {
  return FINGERPRINT.test(text);
}
