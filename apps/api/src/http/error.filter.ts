import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { ErrorCode } from '@bookorbit/contracts';
import type { Response } from 'express';
import type { Logger } from 'pino';
import { Refusal } from './refusal.ts';

/** Turns whatever was thrown into one form of answer; what nobody foresaw is logged and told without details. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const refusal = refusalOf(error);
    if (refusal.status >= 500 && refusal.code === 'internal_error') this.log.error({ err: error }, 'a request failed');
    sendRefusal(response, refusal);
  }
}

/** Answers with a refusal, unless the answer has begun: then the connection is cut so that the client notices. */
export function sendRefusal(response: Response, refusal: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (refusal.details.retryAfterSeconds !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(refusal.details.retryAfterSeconds)));
  }
  // What the route meant to send, and how: a zip, to be kept for a year.
  for (const header of ['Content-Disposition', 'Cache-Control', 'ETag']) response.removeHeader(header);
  response.status(refusal.status).type('json').send(JSON.stringify(refusal.answer()));
}

/** @returns The refusal that an error amounts to. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const status = statusOf(error);
  if (status !== undefined) return refusalOfStatus(status, error);
  if (isUnstorableText(error)) {
    return new Refusal(
      'bad_request',
      'A text holds a NUL character or half of a surrogate pair; send plain Unicode text.',
    );
  }
  if (isOvertaken(error)) {
    return new Refusal('unavailable', 'Another request changed the same at the same moment; try again.', {
      retryAfterSeconds: 1,
    });
  }
  if (isDatabaseAway(error)) {
    return new Refusal('unavailable', 'The database is not reachable right now; try again in a moment.', {
      retryAfterSeconds: 5,
    });
  }
  return new Refusal(
    'internal_error',
    'Something went wrong on the server; try again, and look at its log if it stays.',
  );
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  // body-parser, send and express itself throw errors that carry a status.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
  return undefined;
}

function refusalOfStatus(status: number, error: unknown): Refusal {
  const [code, message]: [ErrorCode, string] = (() => {
    switch (status) {
      case 401:
        return ['unauthorized', 'Sign in first.'];
      case 403:
        return ['forbidden', 'You may not do this.'];
      case 404:
        return ['not_found', 'There is nothing at this address.'];
      case 413:
        return ['payload_too_large', 'The request is too large; send less at once.'];
      case 415:
        return [
          'unsupported_media_type',
          'The body has an encoding or charset this server does not read; send UTF-8 JSON, plain or gzipped.',
        ];
      case 416:
        return ['range_not_satisfiable', 'The range asked for lies outside the file; ask for the whole file.'];
      case 503:
        return ['unavailable', 'The server is not ready; try again in a moment.'];
      default:
        return status >= 500
          ? ['internal_error', 'Something went wrong on the server; try again, and look at its log if it stays.']
          : ['bad_request', sentenceOf(error)];
    }
  })();
  return new Refusal(code, message);
}

function sentenceOf(error: unknown): string {
  if (error instanceof URIError || (error instanceof Error && /decode param/i.test(error.message))) {
    return 'The address holds a broken percent-encoding.';
  }
  return 'The request could not be understood; check its address, headers and body.';
}

/** Postgres refuses NUL in text (22021, 22P05) and bad Unicode escapes in JSON. */
function isUnstorableText(error: unknown): boolean {
  return ['22021', '22P05'].includes(databaseCodeOf(error) ?? '');
}

/** Postgres gave up a transaction for another one, or what it refers to was deleted while it ran: a user, an account, a file. */
function isOvertaken(error: unknown): boolean {
  return ['40001', '40P01', '23503'].includes(databaseCodeOf(error) ?? '');
}

function isDatabaseAway(error: unknown): boolean {
  const code = databaseCodeOf(error);
  if (code !== undefined && /^(08|57P|53)/.test(code)) return true;
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'ENOENT' || code === 'EPIPE') return true;
  return error instanceof Error && /Connection terminated|timeout exceeded when trying to connect/.test(error.message);
}

function databaseCodeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return 'driverError' in error ? databaseCodeOf(error.driverError) : undefined;
}
