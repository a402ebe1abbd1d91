import { trimBlanks } from './trim-blanks.ts';

/** Longer than any path anybody can open: steps in a path made to hurt cost the square of its length. */
const LONGEST_PATH = 4096;

/**
 * Where in the zip crengine looks for what an href of the package means: one slash in front is left out. It takes a fragment or a query
 * for part of the name, keeps doubled slashes, and decodes all percent signs or, where one means nothing, none.
 */
export function enginePathOf(packagePath: string, href: string): string {
  const path = percentDecoded(trimBlanks(href));
  if (/^(?:[/\\]|.:\\)/su.test(path)) return path;
  const folder = packagePath.slice(0, Math.max(packagePath.lastIndexOf('/'), packagePath.lastIndexOf('\\')) + 1);
  const separator = /[/\\]/.exec(folder + path)?.[0] ?? '/';
  const whole = (folder + path).replaceAll(/[/\\]/g, separator);
  return whole.length > LONGEST_PATH ? whole : withoutDots(whole, separator);
}

/** The name crengine asks the zip for. */
export function entryNameOf(enginePath: string): string {
  return enginePath.replace(/^\//, '');
}

function percentDecoded(href: string): string {
  if (!href.includes('%')) return href;
  try {
    return href.includes('%00') ? href : decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** Steps up take away the last folder whose name does not begin with a dot, and all behind it. */
function withoutDots(path: string, separator: string): string {
  const up = `${separator}..${separator}`;
  let left = path;
  for (let at = left.indexOf(up); at >= 0; at = left.indexOf(up)) {
    let start = at;
    do start = left.lastIndexOf(separator, start - 1);
    while (start > 0 && left[start + 1] === '.');
    const isNamed = start >= 0 && left[start + 1] !== '.';
    left = left.slice(0, isNamed ? start + 1 : 0) + left.slice(at + up.length);
  }
  const here = `${separator}.${separator}`;
  while (left.includes(here)) left = left.replaceAll(here, separator);
  return left.length > 2 && left.startsWith(here.slice(1)) ? left.slice(2) : left;
}
