import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Both `src` and `dist` of this lib lie three folders below the project's root. */
const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The folder of real books and KOReader data that lies beside the project (`../shared`), or the one BOOKORBIT_SHARED names.
 * Undefined where there is none: tests then make a small book of their own and say so.
 */
export function sharedPath(): string | undefined {
  const folder = resolve(PROJECT_ROOT, process.env['BOOKORBIT_SHARED'] ?? '../shared');
  return existsSync(join(folder, 'corpus')) ? folder : undefined;
}

/** Absolute paths of the real books, sorted by name; empty where there are none. */
export function corpusBooks(): readonly string[] {
  return filesIn('corpus/books');
}

/** Absolute paths of the broken, encrypted, huge and malicious books, sorted by name; empty where there are none. */
export function brokenBooks(): readonly string[] {
  return filesIn('corpus/broken');
}

function filesIn(folder: string): readonly string[] {
  const shared = sharedPath();
  if (shared === undefined || !existsSync(join(shared, folder))) return [];
  return readdirSync(join(shared, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(shared, folder, entry.name))
    .sort();
}
