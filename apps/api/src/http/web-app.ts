import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type RequestHandler, Router, static as serveFolder } from 'express';
import { packedFiles } from './packed-files.ts';

const YEAR_MS = 365 * 24 * 3600_000;
const FOR_EVER = `public, max-age=${YEAR_MS / 1000}, immutable`;
/** Names the build gives to files whose content never changes under that name. */
const HASHED = /-[A-Za-z0-9_-]{8}\.(js|css|woff2|svg|png|webp)$/;

/** Serves the built web app: its files, and its page for every address below `/` that is no file and no API route. */
export function webApp(folder: string): RequestHandler {
  const router = Router();
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return router;
  router.use((request, _response, next) => {
    // No route of the API is a file, and looking for one costs every GET a look at the disk.
    next(/^\/api(\/|$)/.test(request.path) ? 'router' : undefined);
  });
  router.use(packedFiles(folder, HASHED, FOR_EVER));
  router.use(
    serveFolder(folder, {
      index: false,
      setHeaders: (response, path) => {
        response.setHeader('Cache-Control', HASHED.test(path) ? FOR_EVER : 'no-cache');
      },
    }),
  );
  router.use((request, response, next) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !/\.\w+$/.test(request.path);
    if (!isPage) {
      next();
      return;
    }
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile(page);
  });
  return router;
}
