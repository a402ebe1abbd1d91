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
  booksPageSize: 200,
} as const;
