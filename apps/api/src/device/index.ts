export { arrayOf, checkItems, checkPart, type CheckedItems } from './check-items.ts';
export { cutText } from './cut-text.ts';
export { DocumentHintsDto, IsFingerprint } from './document-hints.dto.ts';
export {
  CutAt,
  EnvelopeDto,
  isUtcOffset,
  leavesBadItemsOut,
  type Open,
  seenDevice,
  serverEnvelope,
  TakenIf,
} from './envelope.dto.ts';
