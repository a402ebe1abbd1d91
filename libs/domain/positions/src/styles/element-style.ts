import { traitsOf } from '../engine/tags.ts';
import type { Display } from '../engine/tags.ts';
import { parseDeclarations, parseStyleSheet } from './parse-style-sheet.ts';
import type { Declarations, StyleRule } from './parse-style-sheet.ts';
import { asksSiblings, keyOf, matches } from './selector.ts';
import type { SelectableElement, Selector } from './selector.ts';

/** The little of an element's computed style that crengine's text model depends on. */
export interface ElementStyle {
  readonly display: Display;
  readonly isFloating: boolean;
  /** `white-space` keeps line ends: `pre-line`, `pre`, `pre-wrap`, `break-spaces`. */
  readonly isPreformatted: boolean;
  /** It is `pre-line`, which next to floats counts for nothing. */
  readonly isPreLine: boolean;
  /** How `::before` and `::after` content is laid out, which counts as a child; undefined where there is none. */
  readonly before: GeneratedKind | undefined;
  readonly after: GeneratedKind | undefined;
}

/** Generated content among the children of an element. */
export type GeneratedKind = 'inline' | 'block' | 'float';

/** Attribute values of an element by local name. */
export type ElementAttributes = ReadonlyMap<string, string>;

const TABLE_PARENTS = new Set(['table', 'thead', 'tbody', 'tfoot', 'tr']);
const TABLE_HIDEABLE = new Set(['colgroup', 'col', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td']);
const DRAWN_NAMESPACES = new Set(['http://www.w3.org/1998/Math/MathML', 'http://www.w3.org/2000/svg']);
const ALIGNED = new Set(['table', 'img', 'iframe', 'embed', 'input']);
const REPLACED = new Set(['img', 'image', 'embed', 'svg', 'object']);

const DISPLAYS: ReadonlyMap<string, Display> = new Map([
  ['inline', 'inline'],
  ['initial', 'inline'],
  ['unset', 'inline'],
  ['run-in', 'run-in'],
  ['ruby', 'ruby'],
  ['block', 'block'],
  ['list-item', 'block'],
  ['inline-block', 'inline-block'],
  ['inline-table', 'inline-table'],
  ['table', 'table'],
  ['table-row-group', 'table-row-group'],
  ['table-header-group', 'table-row-group'],
  ['table-footer-group', 'table-row-group'],
  ['table-row', 'table-row'],
  ['table-column-group', 'table-column-group'],
  ['table-column', 'table-column'],
  ['table-cell', 'table-cell'],
  ['table-caption', 'table-caption'],
  ['none', 'none'],
]);
const KEPT_WHITE_SPACE = new Set(['pre', 'pre-wrap', 'pre-line', 'break-spaces']);
const FLOATS = new Set(['left', 'right', 'inline-start', 'inline-end']);

/** Answers for each element of a document, as it is opened, how crengine styles it: its own style sheet, the book's, `style=`. */
export class ElementStyles {
  /** Whether any rule asks for siblings, so that elements must remember those in front of them. */
  readonly needsSiblings: boolean;
  private readonly rulesByKey = new Map<string, { readonly rule: StyleRule; readonly order: number }[]>();

  /** `styleSheets` in the order they apply. */
  constructor(styleSheets: readonly string[]) {
    const rules = styleSheets.flatMap(parseStyleSheet);
    this.needsSiblings = rules.some(({ selector }) => asksSiblings(selector));
    let order = 0;
    for (const rule of rules) {
      if (rule.selector.pseudoElement === 'other') continue;
      const key = keyOf(rule.selector);
      const listed = this.rulesByKey.get(key) ?? [];
      listed.push({ rule, order: order++ });
      this.rulesByKey.set(key, listed);
    }
  }

  styleOf(element: SelectableElement, parent: ElementStyle | undefined): ElementStyle {
    const fallback = ownStyle(element, parent);
    const inline = element.attributes.get('style');
    const applied = this.rulesByKey.size === 0 && inline === undefined ? NOTHING : this.cascade(element, inline);
    if (applied === NOTHING) return fallback;
    const isFloating = floatingOf(applied.float, fallback.isFloating, parent);
    const display = displayOf(applied.display, fallback.display, parent, element.name);
    return {
      // What floats is laid out as a block, whatever it was.
      display: isFloating && (display === 'inline' || display === 'run-in' || display === 'ruby') ? 'block' : display,
      isFloating,
      ...whiteSpaceOf(applied.whiteSpace, fallback, parent),
      before: applied.before ?? fallback.before,
      after: applied.after ?? fallback.after,
    };
  }

  private cascade(element: SelectableElement, inline: string | undefined): Applied {
    const weighed: Weighed[] = [];
    for (const key of keysOf(element)) {
      for (const { rule, order } of this.rulesByKey.get(key) ?? []) {
        if (!matches(rule.selector, element)) continue;
        const { pseudoElement, specificity } = rule.selector;
        weighed.push({ declarations: rule.declarations, weight: specificity * 1e6 + order, pseudoElement });
      }
    }
    const own = inline === undefined ? undefined : parseDeclarations(inline);
    if (own !== undefined) {
      weighed.push({ declarations: own, weight: Number.MAX_SAFE_INTEGER, pseudoElement: 'none' });
    }
    if (weighed.length === 0) return NOTHING;
    weighed.sort((one, other) => one.weight - other.weight);
    const of = (wanted: Selector['pseudoElement']): Declarations[] =>
      weighed.filter(({ pseudoElement }) => pseudoElement === wanted).map(({ declarations }) => declarations);
    const plain = of('none');
    return {
      display: winner(plain, 'display'),
      float: winner(plain, 'float'),
      whiteSpace: winner(plain, 'whiteSpace'),
      before: generatedKind(of('before')),
      after: generatedKind(of('after')),
    };
  }
}

interface Weighed {
  readonly declarations: Declarations;
  readonly weight: number;
  readonly pseudoElement: Selector['pseudoElement'];
}

interface Applied {
  readonly display: string | undefined;
  readonly float: string | undefined;
  readonly whiteSpace: string | undefined;
  readonly before: GeneratedKind | undefined;
  readonly after: GeneratedKind | undefined;
}

const NOTHING: Applied = {
  display: undefined,
  float: undefined,
  whiteSpace: undefined,
  before: undefined,
  after: undefined,
};

function ownStyle(element: SelectableElement, parent: ElementStyle | undefined): ElementStyle {
  const { name, attributes } = element;
  const traits = traitsOf(name);
  const isFloating = floatsByAlign(element) && /^(?:left|right)$/i.test(attributes.get('align') ?? '');
  const display = isHiddenByDefault(element)
    ? 'none'
    : (switchDisplay(element) ?? mathDisplay(element) ?? traits.display);
  return {
    display: isFloating && display === 'inline' ? 'block' : display,
    isFloating,
    isPreformatted: traits.isPreformatted || (parent?.isPreformatted ?? false),
    isPreLine: !traits.isPreformatted && (parent?.isPreLine ?? false),
    before: name === 'q' ? 'inline' : undefined,
    after: name === 'q' ? 'inline' : undefined,
  };
}

/** What crengine's own style sheet puts to the side where `align` says so. */
function floatsByAlign({ name, attributes }: SelectableElement): boolean {
  return ALIGNED.has(name) || (name === 'object' && attributes.get('type')?.toLowerCase() === 'image');
}

function isHiddenByDefault({ name, attributes, parent }: SelectableElement): boolean {
  if (attributes.size > 0) {
    if (attributes.has('hidden') && !TABLE_HIDEABLE.has(name)) return true;
    if (name === 'span' && attributes.get('type') === 'pagebreak') return true;
    if (name === 'input' && attributes.get('type')?.toLowerCase() === 'hidden') return true;
  }
  return name === 'form' && parent !== undefined && TABLE_PARENTS.has(parent.name);
}

/** `<epub:switch>` shows a case only if crengine can draw it, and else its default. */
function switchDisplay({ name, attributes, parent, previous }: SelectableElement): 'none' | undefined {
  if (parent?.name !== 'switch' || (name !== 'case' && name !== 'default')) return undefined;
  if (name === 'case') return DRAWN_NAMESPACES.has(attributes.get('required-namespace') ?? '') ? undefined : 'none';
  for (let each = previous; each !== undefined; each = each.previous) {
    if (each.name === 'case' && switchDisplay(each) === undefined) return 'none';
  }
  return undefined;
}

/** Formulas that ask for it get a line of their own. */
function mathDisplay({ name, attributes }: SelectableElement): 'block' | undefined {
  return name === 'math' && attributes.get('display') === 'block' ? 'block' : undefined;
}

function displayOf(
  declared: string | undefined,
  fallback: Display,
  parent: ElementStyle | undefined,
  name: string,
): Display {
  if (declared === undefined) return fallback;
  // A line break stays one, whatever it is declared to be, unless it is hidden.
  if (name === 'br' && declared !== 'none') return 'inline';
  const display = declared === 'inherit' ? (parent?.display ?? 'inline') : (DISPLAYS.get(declared) ?? fallback);
  if (!display.includes('table') || !REPLACED.has(name)) return display;
  return display === 'table' ? 'block' : 'inline';
}

function floatingOf(declared: string | undefined, fallback: boolean, parent: ElementStyle | undefined): boolean {
  if (declared === undefined) return fallback;
  return declared === 'inherit' ? (parent?.isFloating ?? false) : FLOATS.has(declared);
}

type WhiteSpace = Pick<ElementStyle, 'isPreformatted' | 'isPreLine'>;

const COLLAPSED: WhiteSpace = { isPreformatted: false, isPreLine: false };

function whiteSpaceOf(declared: string | undefined, fallback: WhiteSpace, parent: WhiteSpace = COLLAPSED): WhiteSpace {
  if (declared !== undefined && declared !== 'inherit' && declared !== 'unset') {
    return { isPreformatted: KEPT_WHITE_SPACE.has(declared), isPreLine: declared === 'pre-line' };
  }
  const { isPreformatted, isPreLine } = declared === undefined ? fallback : parent;
  return { isPreformatted, isPreLine };
}

/** The value that wins among declarations in rising weight: an important one before any other. */
function winner(
  declarations: readonly Declarations[],
  property: 'display' | 'float' | 'whiteSpace',
): string | undefined {
  let found: string | undefined;
  let isImportant = false;
  for (const each of declarations) {
    const value = each[property];
    if (value === undefined) continue;
    const weighs = each.important.has(property);
    if (weighs || !isImportant) found = value;
    isImportant ||= weighs;
  }
  return found;
}

function generatedKind(declarations: readonly Declarations[]): GeneratedKind | undefined {
  const content = declarations.findLast((each) => each.content !== undefined)?.content ?? '';
  if (content === '' || /\b(?:none|normal)\b/i.test(content.replace(/"[^"]*"|'[^']*'/g, ''))) return undefined;
  const display = DISPLAYS.get(winner(declarations, 'display') ?? 'inline') ?? 'inline';
  if (display === 'none') return undefined;
  if (FLOATS.has(winner(declarations, 'float') ?? '')) return 'float';
  return display.startsWith('inline') || display === 'run-in' ? 'inline' : 'block';
}

function* keysOf({ name, attributes }: SelectableElement): Generator<string> {
  yield '*';
  yield name.toLowerCase();
  const id = attributes.get('id');
  if (id !== undefined) yield `#${id}`;
  const classes = attributes.get('class');
  if (classes !== undefined) for (const each of new Set(classes.split(/\s+/))) if (each !== '') yield `.${each}`;
}
