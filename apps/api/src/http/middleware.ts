import type { RequestHandler } from 'express';

/** Handlers for the requests whose path begins with a prefix: `/api/v1` is that of `/api/v1/books`, not of `/api/v11`. */
export interface PathHandlers {
  readonly prefix: string;
  readonly handlers: readonly RequestHandler[];
}

/**
 * One handler that sends each request through those of the first prefix that fits. Express would try every one of them on every
 * request, and cut the path to size and restore it around each, which costs a page turned more than what most of them do.
 */
export function byPath(routes: readonly PathHandlers[]): RequestHandler {
  const lanes = routes.map(({ prefix, handlers }) => ({ prefix, run: inTurn(handlers) }));
  return (request, response, next) => {
    const path = request.path.toLowerCase();
    const lane = lanes.find(({ prefix }) => isBelow(path, prefix));
    if (lane) lane.run(request, response, next);
    else next();
  };
}

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || prefix === '' || path[prefix.length] === '/');
}

function inTurn(handlers: readonly RequestHandler[]): RequestHandler {
  return (request, response, next) => {
    const goOn = (n: number) => {
      const handler = handlers[n];
      if (!handler) {
        next();
        return;
      }
      void handler(request, response, (error?: unknown) => {
        if (error === undefined) goOn(n + 1);
        else next(error);
      });
    };
    goOn(0);
  };
}
