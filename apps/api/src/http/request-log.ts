import type { RequestHandler } from 'express';
import type { Logger } from 'pino';

/** One line a request of the API: what was asked, how it ended, how long it took. Never a key, a body or a query. */
export function requestLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    const { method, baseUrl, path, ip } = request;
    response.once('close', () => {
      log.info(
        { method, path: baseUrl + path, status: response.statusCode, ms: Math.round(performance.now() - started), ip },
        'request',
      );
    });
    next();
  };
}
