import { scanEngineMarkup } from '../engine/scan-markup.ts';
import type { EngineSink } from '../engine/scan-markup.ts';
import { referencedText } from '../source/references.ts';
import { mediaApplies } from './conditions.ts';
import { importsOf } from './parse-style-sheet.ts';

/** How deep style sheets may import one another, and how many a document may have in all. */
const DEEPEST_IMPORT = 4;
const MOST_SHEETS = 200;

/**
 * Finds the style sheets of a document as crengine does and reads them in the order they apply: the linked ones with what they import,
 * then those written in the head. `load` gives the text of a zip entry, or undefined.
 */
export async function collectStyleSheets(
  source: string,
  path: string,
  load: (zipPath: string) => Promise<string | undefined>,
): Promise<string[]> {
  const head = new HeadReader(source);
  scanEngineMarkup(source.slice(0, headEnd(source)), head);
  const sheets: string[] = [];
  for (const { href, media } of head.links) {
    if (mediaApplies(media)) await addSheet(resolvePath(path, href), load, sheets, DEEPEST_IMPORT);
  }
  for (const css of head.styles) {
    await addImports(css, path, load, sheets, DEEPEST_IMPORT);
    sheets.push(css);
  }
  return sheets;
}

function headEnd(source: string): number {
  const body = source.search(/<(?:\w{1,20}:)?body[\s/>]/i);
  return body < 0 ? 0 : body;
}

/** Hears the head of a document, and keeps its links to style sheets and its style elements. */
class HeadReader implements EngineSink {
  readonly links: { readonly href: string; readonly media: string }[] = [];
  readonly styles: string[] = [];
  private readonly source: string;
  private isInStyle = false;
  private link: Map<string, string> | undefined;

  constructor(source: string) {
    this.source = source;
  }

  keepsCase(): boolean {
    return false;
  }

  openTag(name: string): void {
    this.isInStyle = name === 'style';
    if (this.isInStyle) this.styles.push('');
    this.link = name === 'link' ? new Map() : undefined;
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    this.link?.set(name, this.source.slice(valueStart, valueEnd).trim());
  }

  enterTag(): void {
    const href = this.link?.get('href');
    const isSheet =
      this.link?.get('rel')?.toLowerCase() === 'stylesheet' &&
      (this.link.get('type') ?? 'text/css').toLowerCase() === 'text/css';
    if (isSheet && href !== undefined) this.links.push({ href, media: this.link?.get('media') ?? '' });
    this.link = undefined;
  }

  closeTag(): void {
    this.isInStyle = false;
  }

  text(start: number, end: number, isCdata: boolean): void {
    if (!this.isInStyle) return;
    const written = this.source.slice(start, end);
    // To XML a style sheet is a text like any other: programs write `p&gt;b`.
    const text = isCdata ? written : written.replace(/&#?\w{1,31};/g, (each) => referencedText(each) ?? each);
    // A long one comes in pieces.
    this.styles.push((this.styles.pop() ?? '') + text);
  }
}

async function addSheet(
  path: string,
  load: (zipPath: string) => Promise<string | undefined>,
  sheets: string[],
  depth: number,
): Promise<void> {
  const css = sheets.length < MOST_SHEETS ? await load(path) : undefined;
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
    if (sheets.length >= MOST_SHEETS) return;
    if (mediaApplies(media)) await addSheet(resolvePath(path, href), load, sheets, depth - 1);
  }
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
