import { settleBlock, settleInline } from './drop-white-space.ts';
import type { ChildKind, Rendering, SettledChildren } from './drop-white-space.ts';
import type { RubyChild, SettledRuby } from './settle-ruby.ts';
import { mayBeChangedByTable } from './settle-table.ts';
import type { ClosedPart } from './settle-table.ts';
import { isPicture } from './tags.ts';
import type { Display } from './tags.ts';
import type { ElementStyle } from '../styles/element-style.ts';
import type { SelectableElement } from '../styles/selector.ts';

/** What selectors may ask of an element that was closed: only its place among its siblings. */
export interface ClosedElement extends SelectableElement {
  readonly parent: OpenElement | undefined;
  readonly previous: ClosedElement | undefined;
}

/** An element that is still open. */
export interface OpenElement extends SelectableElement {
  readonly element: number;
  readonly name: string;
  readonly parent: OpenElement | undefined;
  attributes: Map<string, string>;
  readonly previous: ClosedElement | undefined;
  /** The child element closed last. */
  lastChild: ClosedElement | undefined;
  /** How many elements of each name it has so far. */
  childNames: Map<string, number> | undefined;
  style: ElementStyle;
  allowsText: boolean;
  isPreformatted: boolean;
  isBlock: boolean;
  dropsFirstLineFeed: boolean;
  isInSvg: boolean;
  isInMath: boolean;
  isHidden: boolean;
  readonly isAnnotation: boolean;
  /** The row crengine puts around what an `<mfenced>` holds. */
  readonly isFenced: boolean;
  /** Children so far, as refs, and what each is to the layout. */
  children: number[];
  kinds: ChildKind[];
  displays: Display[];
  /** Rows and groups of rows among the children that the table around them may still change, by their place. */
  parts: Map<number, ClosedPart> | undefined;
}

/** Whether crengine lays it out as a table. */
export function isTable({ style, isHidden }: OpenElement): boolean {
  return !isHidden && (style.display === 'table' || style.display === 'inline-table');
}

/** Whether crengine puts a table around rows and groups of rows that are in none: it does so where there are only blocks in the end. */
export function completesTables({ parts, style, isHidden, kinds, name }: OpenElement): boolean {
  return (
    parts !== undefined && !isHidden && isBlockDisplay(style.display) && !isPicture(name) && kinds.includes('block')
  );
}

/** The same, but for the children without the generated content in front of them. */
export function shifted({ rendering, dropped, invented }: SettledRuby, by: number): SettledRuby {
  const back = (index: number): number => index - by;
  return { rendering, dropped: new Set(Array.from(dropped, back)), invented: invented.map(back) };
}

/** Leaves children out that crengine does not keep, by their place. */
export function dropChildren(top: OpenElement, dropped: ReadonlySet<number>): void {
  const isKept = (_: unknown, index: number): boolean => !dropped.has(index);
  const { parts } = top;
  // Only blank texts are dropped, so that parts keep their order, if not their places.
  if (parts !== undefined) {
    const places = Array.from(top.children.keys()).filter((index) => !dropped.has(index));
    top.parts = new Map(places.flatMap((was, now) => (parts.has(was) ? [[now, parts.get(was) as ClosedPart]] : [])));
  }
  top.children = top.children.filter(isKept);
  top.kinds = top.kinds.filter(isKept);
  top.displays = top.displays.filter(isKept);
}

/** Tells the element around one that closes what it became to the layout. */
export function noteInParent(parent: OpenElement, top: OpenElement, rendering: Rendering): void {
  const place = parent.kinds.length - 1;
  parent.kinds[place] = kindOf(top, rendering);
  parent.displays[place] = top.style.display;
  if (mayBeChangedByTable(top)) (parent.parts ??= new Map()).set(place, partOf(top));
}

/** @returns What a table around a closed row, or group of rows, has to know of it. */
export function partOf({ element, style, children, kinds, displays, parts }: OpenElement): ClosedPart {
  const { display, isPreformatted, before, after } = style;
  return { element, display, isPreformatted, children, kinds, displays, parts, before, after };
}

/** @returns How crengine draws an element that closes, and which blank texts in it it drops: the rules of `drop-white-space.ts`. */
export function settle(top: OpenElement): SettledChildren {
  const { style, kinds } = top;
  if (top.isHidden) return { rendering: 'block', dropped: new Set() };
  if (style.display === 'run-in') return { rendering: 'inline', dropped: new Set() };
  if (isTable(top)) return { rendering: 'block', dropped: new Set() };
  const isInline = style.display === 'inline';
  if (!isInline && isPicture(top.name)) return { rendering: 'block', dropped: new Set() };
  // Generated content takes part as the first and the last child.
  const { before, after } = style;
  const all = [...(before === undefined ? [] : [before]), ...kinds, ...(after === undefined ? [] : [after])];
  const { rendering, dropped } = isInline
    ? settleInline(all)
    : settleBlock(all, style.isPreformatted && !style.isPreLine);
  const shift = before === undefined ? 0 : 1;
  return { rendering, dropped: shift === 0 ? dropped : new Set(Array.from(dropped, (index) => index - shift)) };
}

/** Whether something separates the next child of a fenced row from the ones before. */
export function hasSeparator({ children, parent }: OpenElement): boolean {
  return children.length > 0 && parent?.attributes.get('separators')?.replaceAll(' ', '') !== '';
}

function kindOf(top: OpenElement, rendering: Rendering): ChildKind {
  if (top.style.isFloating) return 'float';
  if (top.isHidden) return 'hidden';
  if (top.style.display === 'inline-block' || top.style.display === 'inline-table') return 'inline';
  return rendering;
}

/** @returns What a child is to the ruby around it. */
export function rubyNameOf(name: string): RubyChild {
  switch (name) {
    case 'rb':
    case 'rt':
    case 'rp':
    case 'rbc':
    case 'rtc':
      return name;
    default:
      return 'other';
  }
}

/** Whether a value of `display` makes a block. */
export function isBlockDisplay(display: Display): boolean {
  return display !== 'inline' && display !== 'run-in' && display !== 'ruby' && display !== 'none';
}
