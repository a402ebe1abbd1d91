import { parseSelectors } from './selector.ts';
import type { Selector } from './selector.ts';

/** The declarations of a rule that crengine's text model depends on, each with its weight. */
export interface Declarations {
  readonly display?: string;
  readonly float?: string;
  readonly whiteSpace?: string;
  readonly content?: string;
  /** Names of those declared `!important`. */
  readonly important: ReadonlySet<string>;
}

export interface StyleRule {
  readonly selector: Selector;
  readonly declarations: Declarations;
}

type PropertyName = 'display' | 'float' | 'whiteSpace' | 'content';

const PROPERTIES = new Map<string, PropertyName>([
  ['display', 'display'],
  ['float', 'float'],
  ['white-space', 'whiteSpace'],
  ['content', 'content'],
]);

const GLOBAL_VALUES = ['inherit', 'initial', 'unset'];
/** The values crengine takes; all others are as if they were not there. */
const VALUES: Readonly<Record<Exclude<PropertyName, 'content'>, ReadonlySet<string>>> = {
  display: new Set([
    ...GLOBAL_VALUES,
    ...['ruby', 'run-in', 'inline', 'block', 'list-item', 'inline-block', 'inline-table', 'table', 'none'],
    ...['row-group', 'header-group', 'footer-group', 'row', 'column-group', 'column', 'cell', 'caption'].map(
      (part) => `table-${part}`,
    ),
  ]),
  float: new Set([...GLOBAL_VALUES, 'none', 'left', 'right', 'inline-start', 'inline-end']),
  whiteSpace: new Set([...GLOBAL_VALUES, 'normal', 'nowrap', 'pre-line', 'pre', 'pre-wrap', 'break-spaces']),
};

/** White space is looked over so far for what a rule begins with. */
const LONGEST_GAP = 1000;

/** How deep blocks may lie in one another, and how far down a sheet may import others. */
const DEEPEST_BLOCK = 6;
const IMPORT_CHARACTERS = 20_000;

/** Screens as KOReader lays books out for when nothing else is known: an upright page. */
const PAGE_WIDTH = 600;

/** Reads the rules of a style sheet that say anything about display, floats, white space or generated content. */
export function parseStyleSheet(css: string): StyleRule[] {
  const rules: StyleRule[] = [];
  // What hides a sheet from the oldest browsers (`<!--`) is no comment to crengine: it costs the rule behind it.
  readRules(css.replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' '), rules, DEEPEST_BLOCK);
  return rules;
}

/** Hrefs a sheet imports, in order, with the condition on each. */
export function importsOf(css: string): { readonly href: string; readonly media: string }[] {
  const found = css
    .slice(0, IMPORT_CHARACTERS)
    .replace(/\/\*[\s\S]*?(?:\*\/|$)/g, ' ')
    .matchAll(/@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?\s*([^;]*);/g);
  return Array.from(found, ([, href = '', media = '']) => ({ href, media: media.trim() }));
}

/** Reads what an element's `style` attribute, or the inside of a rule, declares. */
export function parseDeclarations(text: string): Declarations | undefined {
  const values: Partial<Record<PropertyName, string>> = {};
  const important = new Set<string>();
  for (const declaration of splitOutsideStrings(text)) {
    const colon = declaration.indexOf(':');
    const property = PROPERTIES.get(declaration.slice(0, colon).trim().toLowerCase());
    if (colon < 0 || property === undefined) continue;
    const written = declaration.slice(colon + 1).trim();
    const plain = written.replace(/\s*!\s*important\s*$/i, '');
    // Of what is behind a word it knows, crengine takes no notice.
    const value = property === 'content' ? plain : (/^[a-z-]+(?![\w-])/i.exec(plain)?.[0].toLowerCase() ?? '');
    // What crengine does not know leaves standing what was declared before: books write `display: block; display: flex`.
    if (property !== 'content' && !VALUES[property].has(value)) continue;
    const isImportant = plain !== written;
    if (important.has(property) && !isImportant) continue;
    values[property] = value;
    if (isImportant) important.add(property);
  }
  return Object.keys(values).length === 0 ? undefined : { ...values, important };
}

/** Whether a media condition holds for a page of a book; one that is not understood does not. */
export function mediaApplies(condition: string): boolean {
  const text = condition.trim().toLowerCase();
  if (text === '') return true;
  return text.split(',').some((query) => query.split(/\band\b/).every((part) => mediaPartApplies(part.trim())));
}

function mediaPartApplies(part: string): boolean {
  if (/^(?:only\s+)?(?:all|screen)$/.test(part)) return true;
  const width = /^\(\s*(min|max)-width\s*:\s*([\d.]+)(px|em)\s*\)$/.exec(part);
  if (width !== null) {
    const limit = Number(width[2]) * (width[3] === 'em' ? 16 : 1);
    return width[1] === 'min' ? PAGE_WIDTH >= limit : PAGE_WIDTH <= limit;
  }
  return /^\(\s*orientation\s*:\s*portrait\s*\)$/.test(part);
}

function readRules(css: string, rules: StyleRule[], depth: number): void {
  if (depth === 0) return;
  let at = 0;
  while (at < css.length) {
    const isAtRule = /^\s*@/.test(css.slice(at, at + LONGEST_GAP));
    const brace = indexOutsideStrings(css, isAtRule ? '{;' : '{', at);
    if (brace < 0) return;
    const prelude = css.slice(at, brace).trim();
    if (css[brace] === ';') {
      at = brace + 1;
      continue;
    }
    const end = endOfBlock(css, brace + 1);
    if (end === undefined && !prelude.startsWith('@')) return;
    const block = css.slice(brace + 1, end);
    at = (end ?? css.length) + 1;
    if (prelude.startsWith('@')) {
      const applies = prelude.startsWith('@media')
        ? mediaApplies(prelude.slice(6))
        : prelude.startsWith('@supports') && isSupported(prelude.slice(9));
      if (applies) readRules(block, rules, depth - 1);
      continue;
    }
    const declarations = parseDeclarations(block);
    if (declarations === undefined) continue;
    for (const selector of parseSelectors(prelude.replace(/^[}\s]+/, '')) ?? []) rules.push({ selector, declarations });
  }
}

/** Whether crengine says that it knows a declaration; of those that matter here it knows few. */
function isSupported(condition: string): boolean {
  const [, name = '', value = ''] = /^\s*\(\s*([\w-]+)\s*:\s*([^()]*?)\s*\)\s*$/.exec(condition) ?? [];
  const property = PROPERTIES.get(name.toLowerCase());
  return property !== undefined && property !== 'content' && VALUES[property].has(value.toLowerCase());
}

function endOfBlock(css: string, from: number): number | undefined {
  let depth = 1;
  for (let at = indexOutsideStrings(css, '{}', from); at >= 0; at = indexOutsideStrings(css, '{}', at + 1)) {
    depth += css[at] === '{' ? 1 : -1;
    if (depth === 0) return at;
  }
  return undefined;
}

function indexOutsideStrings(text: string, searched: string, from: number): number {
  let quote = '';
  for (let at = from; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '\\') at++;
    else if (quote !== '') quote = character === quote || character === '\n' ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (searched.includes(character)) return at;
  }
  return -1;
}

function splitOutsideStrings(text: string): string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = indexOutsideStrings(text, ';', 0); at >= 0; at = indexOutsideStrings(text, ';', at + 1)) {
    parts.push(text.slice(from, at));
    from = at + 1;
  }
  return [...parts, text.slice(from)];
}
