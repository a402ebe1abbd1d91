/** The `error` field of every refusal, on device and web routes alike: a closed list. Clients branch on these, never on messages. */
export const ERROR_CODES = [
  'bad_request',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'gone',
  'payload_too_large',
  'unsupported_media_type',
  'range_not_satisfiable',
  'rate_limited',
  'internal_error',
  'unavailable',
  'registration_off',
  'invalid_field',
  'document_missing',
  'sync_disabled',
  'setup_done',
  'name_taken',
  'wrong_password',
  'last_admin',
  'cross_site_request',
  'plugin_source_missing',
  'folder_unreadable',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** Numbers the kosync protocol knows; everywhere else `code` is the HTTP status. */
export const KOSYNC_CODES = {
  unauthorized: 2001,
  invalidField: 2003,
  documentMissing: 2004,
  registrationOff: 2005,
} as const;

/** Body of every answer that is not a success. */
export interface ErrorBody {
  /** A kosync number, else the HTTP status. */
  readonly code: number;
  /** One sentence for a person: what is wrong and what to do. */
  readonly message: string;
  readonly error: ErrorCode;
  readonly statusCode: number;
  /** Path of the field that is wrong, when one is: `books[3].hash`. */
  readonly field?: string;
}
