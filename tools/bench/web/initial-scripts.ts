import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** JavaScript of the built app, gzipped as it is sent. */
export interface ScriptSizes {
  /** Bytes of what index.html names: nothing shows before it is here. */
  readonly initial: number;
  /** Bytes of all of it, every page and chart. */
  readonly all: number;
}

/** @param folder Of the built web app's index.html. */
export function scriptSizes(folder: string): ScriptSizes {
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const initial = new Set([...page.matchAll(/(?:src|href)="([^"]+\.js)"/g)].map(([, name]) => name ?? ''));
  const sizeOf = (name: string) => gzipSync(readFileSync(join(folder, name))).length;
  const sum = (names: Iterable<string>) => [...names].reduce((bytes, name) => bytes + sizeOf(name), 0);
  return { initial: sum(initial), all: sum(readdirSync(folder).filter((name) => name.endsWith('.js'))) };
}
