export {
  contentSignatureOf,
  isSignatureEntry,
  parseContentSignature,
  SIGNATURE_FEWEST_ENTRIES,
  SIGNATURE_MOST_ENTRIES,
  signatureEntryBytes,
  type ContentSignature,
  type SignatureEntry,
  type ZipDirectoryEntry,
} from './content-signature.ts';
export { judgeChange, type ChangeEvidence, type ChangeJudgement, type FileFacts } from './judge-change.ts';
export {
  matchDocument,
  type AskReason,
  type MatchCandidate,
  type MatchDecision,
  type MatchedBy,
  type SentDocument,
} from './match-document.ts';
export { authorsAgree, foldName, titlesAgree } from './name-agreement.ts';
export {
  fingerprintSamples,
  isFingerprint,
  PARTIAL_MD5_OFFSETS,
  PARTIAL_MD5_SAMPLE_BYTES,
  type FingerprintSample,
} from './partial-md5.ts';
export { preferredCopy, type BookCopy } from './preferred-copy.ts';
export { OTHER_CONTENT_SHARE, SAME_CONTENT_SHARE, sharedByteShare } from './shared-bytes.ts';
