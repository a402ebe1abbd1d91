import type { ErrorBody, ErrorCode } from '@bookorbit/contracts';

/**
 * Why a request did not succeed, in words a page can show.
 *
 * - `offline`: no answer came at all.
 * - `signed_out`: the server no longer knows who is asking.
 * - `refused`: the server said no, and `message` says what to do.
 * - `broken`: the server failed, or what answered is not BookOrbit.
 */
export class Failure extends Error {
  readonly kind: 'offline' | 'signed_out' | 'refused' | 'broken';
  /** The server's code; absent when no answer of ours came. */
  readonly code: ErrorCode | undefined;
  /** Name of the field that is wrong, when one is. */
  readonly field: string | undefined;

  constructor(
    kind: Failure['kind'],
    message: string,
    detail: { readonly code?: ErrorCode; readonly field?: string } = {},
  ) {
    super(message);
    this.name = 'Failure';
    this.kind = kind;
    this.code = detail.code;
    this.field = detail.field;
  }
}

/** The failure for a request that got no answer. */
export function offlineFailure(): Failure {
  return new Failure('offline', $localize`BookOrbit does not answer. Check your connection and try again.`);
}

/** The failure an answer that is not a success stands for. `body` is whatever came, parsed if it was JSON. */
export function failureFromAnswer(status: number, body: unknown): Failure {
  if (!isErrorBody(body)) {
    return new Failure(
      'broken',
      $localize`BookOrbit could not answer (status ${status}:status:). Try again in a moment.`,
    );
  }
  return new Failure(kindOf(body), body.message, { code: body.error, field: body.field });
}

/** Any thrown thing as a failure, so that a page always has words to show. */
export function failureFrom(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  return new Failure('broken', $localize`Something went wrong on this page. Reload it and try again.`);
}

function kindOf(body: ErrorBody): Failure['kind'] {
  if (body.error === 'unauthorized') return 'signed_out';
  // 503 says which setting to change, so its words are worth showing like any refusal.
  return body.statusCode >= 500 && body.statusCode !== 503 ? 'broken' : 'refused';
}

function isErrorBody(body: unknown): body is ErrorBody {
  return (
    typeof body === 'object' &&
    body !== null &&
    'error' in body &&
    typeof body.error === 'string' &&
    'message' in body &&
    typeof body.message === 'string'
  );
}
