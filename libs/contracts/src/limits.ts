/** Limits of the wire. Those of the device routes are fixed: clients in the wild rely on them. */
export const LIMITS = {
  /** Bytes of a request body on the stock progress sync routes. */
  stockBodyBytes: 1024 * 1024,
  /** Bytes of a request body on plugin routes, after gunzip. */
  pluginBodyBytes: 8 * 1024 * 1024,
  /** Bytes of a request body on web routes. */
  webBodyBytes: 1024 * 1024,
  accountNameLength: { min: 3, max: 100 },
  accountPasswordLength: { min: 6, max: 128 },
  userNameLength: { min: 1, max: 100 },
  userPasswordLength: { min: 8, max: 1024 },
  libraryNameLength: { min: 1, max: 200 },
  documentLength: 255,
  positionLength: 4000,
  deviceIdLength: 100,
  deviceModelLength: 100,
  pluginVersionLength: 20,
  matchCheckHashes: 500,
  progressItems: 100,
  titleLength: 500,
  authorsLength: 1000,
  contentSignatureParts: 16,
  alsoKnownAs: 16,
  pageStatsBooks: 100,
  pageStatsEvents: 100_000,
  annotationBooks: 20,
  annotationKeys: 5000,
  /** Changes in one exchange; `protocol` clients may send more. */
  annotationChanges: { older: 50, protocol: 500 },
  annotationAcks: 200,
  bookmarkKeys: 500,
  bookmarkChanges: 50,
  bookStates: 200,
  syncBooks: 20,
  annotationTextLength: 10_000,
  noteLength: 5000,
  reviewLength: 10_000,
  chapterLength: 500,
  colorLength: 30,
  bookmarkNoteLength: 500,
  booksPageSize: 200,
  /** Files of one import, those inside its zips not counted. */
  importFiles: 2000,
  /** Bytes of all files of one import, as they are sent. */
  importBytes: 512 * 1024 * 1024,
} as const;
