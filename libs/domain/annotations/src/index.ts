export * from './annotation.ts';
export * from './change-on-server.ts';
export * from './exchange-request.ts';
export {
  type AnnotationFields,
  FIELD_NAMES,
  type FieldName,
  isOneEra,
  isSameField,
  isSamePlace,
  type Place,
} from './fields.ts';
export { type FileDraft, MOST_KEYS } from './file-draft.ts';
export * from './offers.ts';
export * from './palette.ts';
export * from './take-in-acks.ts';
export * from './take-back.ts';
export { entomb, mayHave } from './take-in-deletions.ts';
export { type AppliedCounts, countHeld, NOTHING_APPLIED, takeInExchange } from './take-in-exchange.ts';
export { type DeviceClock, formatWallClock, instantOf, wallClockOf, wallClockSeconds } from './wall-clock.ts';
