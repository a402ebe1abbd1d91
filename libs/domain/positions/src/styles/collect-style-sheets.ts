import { importsOf, mediaApplies } from './parse-style-sheet.ts';

/** How deep style sheets may import one another. */
const DEEPEST_IMPORT = 4;

/**
 * Finds the style sheets of a document as crengine does and reads them in the order they apply: the linked ones with what they import,
 * then those written in the head. `load` gives the text of a zip entry, or undefined.
 */
export async function collectStyleSheets(
  source: string,
  path: string,
  load: (zipPath: string) => Promise<string | undefined>,
): Promise<string[]> {
  const body = source.search(/<(?:\w+:)?body[\s/>]/i);
  const head = body < 0 ? source.slice(0, 0) : source.slice(0, body).replace(/<!--[\s\S]*?-->/g, '');
  const sheets: string[] = [];
  for (const { href, media } of linksIn(head)) {
    if (mediaApplies(media)) await addSheet(resolvePath(path, href), load, sheets, DEEPEST_IMPORT);
  }
  for (const [, css = ''] of head.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style/gi)) {
    await addImports(css, path, load, sheets, DEEPEST_IMPORT);
    sheets.push(css);
  }
  return sheets;
}

async function addSheet(
  path: string,
  load: (zipPath: string) => Promise<string | undefined>,
  sheets: string[],
  depth: number,
): Promise<void> {
  const css = await load(path);
  if (css === undefined) return;
  await addImports(css, path, load, sheets, depth);
  sheets.push(css);
}

async function addImports(
  css: string,
  path: string,
  load: (zipPath: string) => Promise<string | undefined>,
  sheets: string[],
  depth: number,
): Promise<void> {
  if (depth === 0) return;
  for (const { href, media } of importsOf(css)) {
    if (mediaApplies(media)) await addSheet(resolvePath(path, href), load, sheets, depth - 1);
  }
}

function linksIn(head: string): { readonly href: string; readonly media: string }[] {
  return Array.from(head.matchAll(/<(?:\w+:)?link\b([^>]*)>/gi)).flatMap(([, attributes = '']) => {
    const value = (name: string): string | undefined => {
      const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>/]+))`, 'i').exec(attributes);
      return (found?.[1] ?? found?.[2] ?? found?.[3])?.trim();
    };
    const href = value('href');
    const type = value('type')?.toLowerCase() ?? 'text/css';
    const isSheet = value('rel')?.toLowerCase() === 'stylesheet' && type === 'text/css';
    return isSheet && href !== undefined ? [{ href, media: value('media') ?? '' }] : [];
  });
}

/** Resolves a relative reference against the zip path of the file it is in. */
function resolvePath(base: string, href: string): string {
  const parts = base.split('/').slice(0, -1);
  for (const part of decoded(href.replace(/[?#].*$/s, '')).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
