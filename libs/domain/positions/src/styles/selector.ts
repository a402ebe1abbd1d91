import type { ElementAttributes } from './element-style.ts';

/** An element as selectors see it while the tree is being built: what comes after it is not known yet. */
export interface SelectableElement {
  readonly name: string;
  readonly attributes: ElementAttributes;
  readonly parent: SelectableElement | undefined;
  /** The element right in front of it, under the same parent. */
  readonly previous: SelectableElement | undefined;
  /** Its place among the elements of its parent, and among those of its name, from 1 on. */
  readonly place: number;
  readonly placeOfType: number;
}

/** A complex selector with the pseudo-element it ends in. */
export interface Selector {
  /** From right to left: what each compound asks, and how the one to its left is found. */
  readonly compounds: readonly Compound[];
  readonly pseudoElement: 'none' | 'before' | 'after' | 'other';
  /** Ids, then classes and attributes, then names, as one number that orders selectors. */
  readonly specificity: number;
}

interface Compound {
  /** Whether a test counts the elements in front of it. */
  readonly countsSiblings: boolean;
  readonly tests: readonly ((element: SelectableElement) => boolean)[];
  /** Relation to the compound on the left; undefined for the leftmost. */
  readonly combinator: string | undefined;
  /** What the rightmost compound needs, so that rules can be looked up by it. */
  readonly key: string;
  /** Whether an element, or one in front of it or above it, fits the compound on the left: asked once for each. */
  readonly known: WeakMap<SelectableElement, boolean>;
}

/** Reads a list of selectors; undefined when crengine cannot understand one of them, and drops the rule. */
export function parseSelectors(list: string): Selector[] | undefined {
  const parts = splitList(list);
  const selectors = forgiving(list);
  return selectors.length === parts.length ? selectors : undefined;
}

/** Those of a list that can be understood. */
function forgiving(list: string): Selector[] {
  return splitList(list).flatMap((text) => parseSelector(text.trim()) ?? []);
}

/** Whether an element is one the selector means, pseudo-element aside. */
export function matches({ compounds }: Selector, element: SelectableElement): boolean {
  return matchesFrom(compounds, 0, element);
}

/** Whether the selector asks what stands beside an element, and not only above it. */
export function asksSiblings({ compounds }: Selector): boolean {
  return compounds.some(({ combinator, countsSiblings }) => countsSiblings || combinator === '+' || combinator === '~');
}

/** What an element must have for the selector to be worth asking: `.class`, `#id`, a name, or `*`. */
export function keyOf({ compounds }: Selector): string {
  return compounds[0]?.key ?? '*';
}

function matchesFrom(compounds: readonly Compound[], at: number, element: SelectableElement): boolean {
  const compound = compounds[at];
  if (compound === undefined || !compound.tests.every((test) => test(element))) return false;
  const next = at + 1;
  switch (compound.combinator) {
    case undefined:
      return true;
    case '>':
      return element.parent !== undefined && matchesFrom(compounds, next, element.parent);
    case '+':
      return element.previous !== undefined && matchesFrom(compounds, next, element.previous);
    case '~':
      return someMatches(compounds, at, element.previous, 'previous');
    default:
      return someMatches(compounds, at, element.parent, 'parent');
  }
}

/** Whether an element fits what stands on the left, or one of those in front of it or above it. */
function someMatches(
  compounds: readonly Compound[],
  at: number,
  from: SelectableElement | undefined,
  step: 'previous' | 'parent',
): boolean {
  const known = compounds[at]?.known;
  const asked: SelectableElement[] = [];
  let isFound = false;
  for (let each = from; each !== undefined && !isFound; each = each[step]) {
    const answer = known?.get(each);
    if (answer !== undefined) {
      isFound = answer;
      break;
    }
    asked.push(each);
    isFound = matchesFrom(compounds, at + 1, each);
  }
  for (const each of asked) known?.set(each, isFound);
  return isFound;
}

const SIMPLE =
  /([.#])((?:[\w-]|[^\0-\x7f]|\\.)+)|\[\s*((?:[\w:-]|\|(?!=))+)\s*(?:([~|^$*]?=)\s*("[^"]*"|'[^']*'|[^\]\s]*)\s*(i)?\s*)?\]|(::?)([\w-]+)(?:\(((?:[^()]|\([^()]*\))*)\))?|((?:[\w-]+\|)?(?:\*|(?:[\w-]|[^\0-\x7f])+))/y;

/** The simple selector at an offset; selectors may be inside of others, so that no state of the pattern is relied on. */
function simpleAt(text: string, at: number): RegExpExecArray | null {
  SIMPLE.lastIndex = at;
  return SIMPLE.exec(text);
}

function parseSelector(text: string): Selector | undefined {
  const compounds: Compound[] = [];
  let pseudoElement: Selector['pseudoElement'] = 'none';
  let specificity = 0;
  let at = 0;
  let combinator: string | undefined;
  while (at < text.length) {
    const tests: ((element: SelectableElement) => boolean)[] = [];
    let key = '*';
    let countsSiblings = false;
    const start = at;
    for (let found = simpleAt(text, at); found !== null; found = simpleAt(text, at)) {
      at += found[0].length;
      const [, mark, word = '', attribute, operator, value = '', ignoresCase, colons, pseudo = '', argument, name] =
        found;
      if (mark !== undefined) {
        // crengine knows no escapes in names, and none that begin with a digit.
        if (/^\d|\\/.test(word)) return undefined;
        tests.push(mark === '.' ? hasClass(word) : hasId(word));
        key = mark === '#' || !key.startsWith('#') ? mark + word : key;
        specificity += mark === '#' ? 10_000 : 100;
      } else if (attribute !== undefined) {
        tests.push(hasAttribute(localName(attribute), operator, unquoted(value), ignoresCase !== undefined));
        specificity += 100;
      } else if (colons !== undefined) {
        const element = pseudoElementOf(colons, pseudo);
        if (element !== undefined) pseudoElement = element;
        else {
          const test = pseudoClassTest(pseudo, argument);
          if (test === undefined) return undefined;
          tests.push(test);
          countsSiblings ||= !/^(?:root|dir|empty)$/i.test(pseudo);
          specificity += pseudo === 'where' ? 0 : 100;
        }
      } else if (name !== undefined && !name.endsWith('*')) {
        const wanted = localName(name).toLowerCase();
        tests.push(hasName(wanted));
        if (key === '*') key = wanted === 'html' ? 'docfragment' : wanted;
        specificity += 1;
      }
    }
    if (at === start) return undefined;
    compounds.push({ tests, countsSiblings, combinator, key, known: new WeakMap() });
    const gap = /\s*([>+~]?)\s*/y;
    gap.lastIndex = at;
    const between = gap.exec(text);
    at = gap.lastIndex;
    combinator = between?.[1] || ' ';
  }
  // There must be something on either side of a combinator.
  if (combinator !== undefined && combinator !== ' ') return undefined;
  if (compounds.length === 0) return undefined;
  return { compounds: compounds.reverse(), pseudoElement, specificity };
}

function pseudoElementOf(colons: string, name: string): 'before' | 'after' | 'other' | undefined {
  const lower = name.toLowerCase();
  if (lower === 'before' || lower === 'after') return lower;
  return colons === '::' || lower === 'first-letter' || lower === 'first-line' ? 'other' : undefined;
}

/**
 * Tests for the pseudo-classes crengine knows. It asks them while it reads, when an element is the last so far and has no children yet:
 * `:last-child` and `:empty` hold for every element then, whatever comes after it.
 */
function pseudoClassTest(
  name: string,
  argument: string | undefined,
): ((element: SelectableElement) => boolean) | undefined {
  const lower = name.toLowerCase();
  switch (lower) {
    case 'first-child':
    case 'only-child':
      return (element) => element.previous === undefined;
    case 'first-of-type':
    case 'only-of-type':
      return (element) => element.placeOfType === 1;
    case 'last-child':
    case 'last-of-type':
    case 'empty':
      return () => true;
    case 'nth-child':
    case 'nth-of-type':
    case 'nth-last-child':
    case 'nth-last-of-type': {
      const isNth = nthTest(argument ?? '');
      if (isNth === undefined) return () => false;
      if (lower.startsWith('nth-last')) return () => isNth(1);
      return lower === 'nth-child' ? (element) => isNth(element.place) : (element) => isNth(element.placeOfType);
    }
    case 'root':
      return (element) => element.name === 'body' && element.parent?.name === 'DocFragment';
    case 'dir': {
      const wanted = argument?.trim().toLowerCase();
      return (element) => directionOf(element) === wanted;
    }
    case 'not': {
      const selectors = parseSelectors(argument ?? '');
      return selectors === undefined ? undefined : (element) => !selectors.some((each) => matches(each, element));
    }
    case 'is':
    case 'where': {
      const selectors = forgiving(argument ?? '');
      return (element) => selectors.some((each) => matches(each, element));
    }
    default:
      return undefined;
  }
}

/** Whether a place is one that `2n+1`, `even` or `3` means. */
function nthTest(formula: string): ((place: number) => boolean) | undefined {
  const text = formula
    .trim()
    .toLowerCase()
    .replace(/^even$/, '2n')
    .replace(/^odd$/, '2n+1');
  // crengine wants it written without spaces, and nothing taken away.
  const parts = /^(?:(-?\d*)n(?:\+(?=\d))?)?(\d+)?$/.exec(text);
  if (parts === null || text === '') return undefined;
  const [, step, first = '0'] = parts;
  const start = Number(first);
  if (step === undefined) return (place) => place === start;
  const every = /\d/.test(step) ? Number(step) : Number(`${step}1`);
  return (place) => (every === 0 ? place === start : (place - start) % every === 0 && (place - start) / every >= 0);
}

function directionOf(element: SelectableElement): string | undefined {
  for (let each: SelectableElement | undefined = element; each !== undefined; each = each.parent) {
    const direction = each.attributes.get('dir');
    if (direction !== undefined) return direction.trim().toLowerCase();
  }
  return undefined;
}

function hasName(name: string): (element: SelectableElement) => boolean {
  // crengine makes a DocFragment of every document, and lets what is said of <html> mean it.
  if (name === 'html') return (element) => element.name === 'DocFragment';
  return (element) => element.name.toLowerCase() === name;
}

function hasClass(name: string): (element: SelectableElement) => boolean {
  return (element) => {
    const value = element.attributes.get('class');
    return value !== undefined && value.includes(name) && value.split(/\s+/).includes(name);
  };
}

function hasId(id: string): (element: SelectableElement) => boolean {
  return (element) => element.attributes.get('id') === id;
}

function hasAttribute(
  name: string,
  operator: string | undefined,
  wanted: string,
  ignoresCase: boolean,
): (element: SelectableElement) => boolean {
  const folded = (value: string): string => (ignoresCase ? value.toLowerCase() : value);
  return (element) => {
    const written = element.attributes.get(name);
    if (written === undefined) return false;
    // crengine marks several classes with a space behind them, and so no selector for all of them fits.
    const held = name === 'class' && written.includes(' ') ? `${written} ` : written;
    const [value, part] = [folded(held), folded(wanted)];
    switch (operator) {
      case undefined:
        return true;
      case '~=':
        return value.split(/\s+/).includes(part);
      case '|=':
        return value === part || value.startsWith(`${part}-`);
      case '^=':
        return part !== '' && value.startsWith(part);
      case '$=':
        return part !== '' && value.endsWith(part);
      case '*=':
        return part !== '' && value.includes(part);
      default:
        return value === part;
    }
  };
}

/** Splits at commas outside of brackets and parentheses. */
function splitList(list: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const character of list) {
    if (character === '(' || character === '[') depth++;
    if (character === ')' || character === ']') depth--;
    if (character === ',' && depth === 0) parts.push('');
    else parts.push((parts.pop() ?? '') + character);
  }
  return parts;
}

function localName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('|'), name.lastIndexOf(':')) + 1);
}

function unquoted(value: string): string {
  return /^["']/.test(value) ? value.slice(1, -1) : value;
}
