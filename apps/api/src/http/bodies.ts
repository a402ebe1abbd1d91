import { isUtf8 } from 'node:buffer';
import { type Request, type RequestHandler, type Response, json } from 'express';
import { Refusal } from './refusal.ts';

/** Deeper bodies are nobody's: the deepest request of the contract has six levels. */
const DEEPEST_BODY = 32;

/** Files come in this one way, and their route reads them itself. */
const UPLOADS = '/api/v1/imports';

function isUpload(request: Request): boolean {
  return request.baseUrl + request.path === UPLOADS && request.is('multipart/form-data') !== false;
}

/**
 * Parses JSON bodies, whatever content type they say they are, gzipped or not. Stock clients send JSON as `text/plain`.
 *
 * @param limit Bytes, after gunzip.
 */
export function jsonUpTo(limit: number): RequestHandler {
  const parse = json({ limit, type: () => true, verify: refuseUnreadable });
  return (request, response, next) => {
    if (isUpload(request)) return next();
    parse(request, response, (error?: unknown) => {
      if (error === undefined && Array.isArray(request.body)) {
        next(new Refusal('bad_request', 'The body is a JSON array; send an object.'));
      } else if (error instanceof Refusal) {
        // The parser has put a status of its own on it.
        next(new Refusal(error.code, error.message, error.details));
      } else {
        next(isBrokenJson(error) ? new Refusal('bad_request', 'The body is not valid JSON.') : error);
      }
    });
  };
}

function isBrokenJson(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'entity.parse.failed';
}

/** JSON travels as UTF-8. In another encoding its depth could not be seen before it is parsed, and bad bytes would change silently. */
function refuseUnreadable(_request: Request, _response: Response, body: Buffer, charset: string): void {
  if (charset !== 'utf-8' && charset !== 'us-ascii')
    throw new Refusal('unsupported_media_type', 'The body has a charset this server does not read; send UTF-8 JSON.');
  if (!isUtf8(body)) throw new Refusal('bad_request', 'The body is not valid UTF-8.');
  refuseDeepJson(body);
}

/** Refuses a body nested so deeply that checking it would exhaust the stack, before it is parsed. */
function refuseDeepJson(body: Buffer): void {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at];
    if (isInString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) {
      isInString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > DEEPEST_BODY) throw new Refusal('bad_request', 'The body is nested too deeply.');
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
    }
  }
}
