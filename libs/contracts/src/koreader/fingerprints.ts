import type { DeviceEnvelope, DocumentHints, ServerEnvelope } from './envelope.ts';

/** POST plugin/match-check: which of these fingerprints are files the user may read? */
export interface MatchCheckRequest extends DeviceEnvelope {
  /** 1–500 fingerprints, 32 hex, any case. */
  readonly hashes: readonly string[];
  readonly books?: readonly MatchCheckBook[];
}

export interface MatchCheckBook extends DocumentHints {
  readonly hash: string;
  readonly title?: string;
  /** As KOReader keeps them: one per line, or comma separated. */
  readonly authors?: string;
  /** Unix seconds. */
  readonly lastOpen?: number;
  readonly source?: 'current_file' | 'file' | 'statistics';
  readonly metadataAmbiguous?: boolean;
}

export interface MatchCheckAnswer extends ServerEnvelope {
  readonly matches: readonly FingerprintMatch[];
  /** Rises whenever a file or link changes what would match: a device may keep its answers until then. */
  readonly libraryVersion: number;
}

export interface FingerprintMatch {
  /** As the device sent it, in lower case. */
  readonly hash: string;
  readonly bookId: number;
  readonly bookFileId: number;
  readonly matchedBy: MatchedBy;
  readonly title: string;
}

/** Why a fingerprint is taken for a file, strongest first. */
export const MATCHED_BY = ['link', 'current', 'former', 'content', 'alias'] as const;
export type MatchedBy = (typeof MATCHED_BY)[number];
