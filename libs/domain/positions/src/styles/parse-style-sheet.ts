import { isSupported, mediaApplies } from './conditions.ts';
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

/** What else a book may ask for with `@supports` and be told that crengine has it. */
const OTHER_PROPERTIES = new Set([
  ...'content color direction visibility clear orphans widows line-height letter-spacing vertical-align'.split(' '),
  ...'width height min-width min-height max-width max-height box-sizing line-break word-break hyphens'.split(' '),
  ...sides('margin'),
  ...sides('padding'),
  ...['', '-color', '-style', '-width'].flatMap((part) => sides('border', part)),
  ...['', '-color', '-image', '-position', '-repeat', '-size'].map((part) => `background${part}`),
  ...['family', 'size', 'style', 'weight', 'variant', 'variant-caps', 'variant-numeric', 'variant-position'].map(
    (part) => `font-${part}`,
  ),
  ...['font-feature-settings', 'font-variant-ligatures', 'font-variant-east-asian', 'font-variant-alternates'],
  ...['align', 'align-last', 'decoration', 'transform', 'indent'].map((part) => `text-${part}`),
  ...['', '-type', '-position', '-image'].map((part) => `list-style${part}`),
  ...['before', 'after', 'inside'].flatMap((side) => [`break-${side}`, `page-break-${side}`]),
  ...['border-collapse', 'border-spacing', 'caption-side', 'ruby-position', 'initial-letter', '-webkit-hyphens'],
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

function sides(name: string, part = ''): string[] {
  return ['', '-top', '-right', '-bottom', '-left'].map((side) => name + side + part);
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
      const [, name = '', condition = ''] = /^@([\w-]+)(.*)$/s.exec(prelude) ?? [];
      const applies =
        name.toLowerCase() === 'media'
          ? mediaApplies(condition)
          : name.toLowerCase() === 'supports' && isSupported(condition, isKnown);
      if (applies) readRules(block, rules, depth - 1);
      continue;
    }
    const declarations = parseDeclarations(block);
    if (declarations === undefined) continue;
    for (const selector of parseSelectors(prelude.replace(/^[}\s]+/, '')) ?? []) rules.push({ selector, declarations });
  }
}

/** Whether crengine knows a property and a value for it; of most properties it is only known that crengine has them. */
function isKnown(property: string, value: string): boolean {
  const name = PROPERTIES.get(property);
  if (name === undefined || name === 'content') return OTHER_PROPERTIES.has(property);
  return VALUES[name].has(value.toLowerCase());
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
