import { type ErrorBody, type ErrorCode, KOSYNC_CODES } from '@bookorbit/contracts';

/** The status each error code is answered with. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_request: 400,
  unauthorized: 401,
  wrong_password: 401,
  registration_off: 402,
  forbidden: 403,
  invalid_field: 403,
  document_missing: 403,
  sync_disabled: 403,
  cross_site_request: 403,
  not_found: 404,
  conflict: 409,
  setup_done: 409,
  name_taken: 409,
  last_admin: 409,
  gone: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  folder_unreadable: 422,
  rate_limited: 429,
  internal_error: 500,
  unavailable: 503,
  plugin_source_missing: 503,
};

const KOSYNC_CODE: Partial<Record<ErrorCode, number>> = {
  unauthorized: KOSYNC_CODES.unauthorized,
  registration_off: KOSYNC_CODES.registrationOff,
  invalid_field: KOSYNC_CODES.invalidField,
  document_missing: KOSYNC_CODES.documentMissing,
};

export interface RefusalDetails {
  /** Path of the field that is wrong. */
  readonly field?: string;
  /** Seconds after which trying again makes sense: becomes `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** An answer that is not a success: thrown anywhere below a controller, turned into status and body by the error filter. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;

  /** @param message One sentence for a person that says what to do. */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message);
    this.status = STATUS[code];
  }

  /** @returns The body as every client reads it, kosync clients included. */
  answer(): ErrorBody {
    return {
      code: KOSYNC_CODE[this.code] ?? this.status,
      message: this.message,
      error: this.code,
      statusCode: this.status,
      ...(this.details.field === undefined ? {} : { field: this.details.field }),
    };
  }
}
