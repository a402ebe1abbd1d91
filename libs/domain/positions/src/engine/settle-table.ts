import { settleBlock } from './drop-white-space.ts';
import type { ChildKind } from './drop-white-space.ts';
import type { Display } from './tags.ts';

/** An element that was closed, as far as the table around it may still change it. */
export interface ClosedPart {
  readonly element: number;
  readonly display: Display;
  readonly isPreformatted: boolean;
  /** Refs of its children, and what each is to the layout. */
  readonly children: readonly number[];
  readonly kinds: readonly ChildKind[];
  readonly displays: readonly Display[];
  /** Rows and groups of rows among its children, by their place. */
  readonly parts: ReadonlyMap<number, ClosedPart> | undefined;
  /** Generated content in front of the children and behind them. */
  readonly before: ChildKind | undefined;
  readonly after: ChildKind | undefined;
}

/** Blank texts a table takes out of a part of it, by their place among the children. */
export interface DroppedOfPart {
  readonly part: ClosedPart;
  readonly dropped: ReadonlySet<number>;
}

const NOT_A_CHILD = -1;

type State = 'table' | 'row-group' | 'row';

interface Item {
  readonly index: number;
  readonly kind: ChildKind;
  readonly display: Display;
}

const PROPER: Readonly<Record<State, ReadonlySet<Display>>> = {
  table: new Set(['table-row', 'table-row-group', 'table-column-group', 'table-column', 'table-caption'] as const),
  'row-group': new Set(['table-row'] as const),
  row: new Set(['table-cell'] as const),
};

/**
 * What a table does at its end to the blank texts of its own and of its rows: whatever is no row or cell is boxed as one, and boxes
 * have no blank text at their edges.
 */
export function settleTable(table: ClosedPart): DroppedOfPart[] {
  const found: DroppedOfPart[] = [];
  settlePart(table, 'table', found);
  return found.filter(({ dropped }) => dropped.size > 0);
}

/**
 * What crengine does to rows and groups of rows that lie in no table, but among other blocks: it puts a table around them. A group
 * keeps its rows for the table around the group.
 */
export function settleMisparented({ display, parts }: ClosedPart): DroppedOfPart[] {
  const found: DroppedOfPart[] = [];
  for (const part of parts?.values() ?? []) {
    if (part.display !== 'table-row') settlePart(part, 'row-group', found);
    else if (display !== 'table-row-group') settlePart(part, 'row', found);
  }
  return found.filter(({ dropped }) => dropped.size > 0);
}

/** Whether a table around it could still take anything out of an element. */
export function mayBeChangedByTable({ style, kinds, parts }: Changeable): boolean {
  if (style.isFloating || (style.display !== 'table-row' && style.display !== 'table-row-group')) return false;
  return parts !== undefined || kinds.includes('blank');
}

type Changeable = Pick<ClosedPart, 'kinds' | 'parts'> & {
  readonly style: { readonly display: Display; readonly isFloating: boolean };
};

function settlePart(part: ClosedPart, state: State, found: DroppedOfPart[]): void {
  const dropped = new Set<number>();
  found.push({ part, dropped });
  const items = [
    ...generated(part.before),
    ...part.kinds.map((kind, index) => ({ index, kind, display: part.displays[index] ?? 'inline' })),
    ...generated(part.after),
  ];
  for (const inner of part.parts?.values() ?? []) {
    if (!PROPER[state].has(inner.display)) continue;
    settlePart(inner, inner.display === 'table-row' ? 'row' : 'row-group', found);
  }
  settleItems(items, state, part.isPreformatted, dropped);
}

function generated(kind: ChildKind | undefined): Item[] {
  return kind === undefined ? [] : [{ index: NOT_A_CHILD, kind, display: 'inline' }];
}

/** Boxes what does not belong directly into a table, a group of rows or a row. @returns The items that are not boxed. */
function settleItems(items: readonly Item[], state: State, isPreformatted: boolean, dropped: Set<number>): Item[] {
  const left: Item[] = [];
  let group: Item[] = [];
  // White space between two parts belongs to neither; next to anything else, it goes with that.
  let pending: Item | undefined;
  const boxGroup = (): void => {
    if (group.length > 0) box(group, state, isPreformatted, dropped);
    group = [];
  };
  for (const item of items) {
    if (item.kind === 'blank') {
      if (group.length > 0) group.push(item);
      else if (pending === undefined) pending = item;
      else {
        group = [pending, item];
        pending = undefined;
      }
    } else if (item.display === 'none' || (item.kind !== 'float' && PROPER[state].has(item.display))) {
      boxGroup();
      if (pending !== undefined) left.push(pending);
      pending = undefined;
    } else {
      if (pending !== undefined) group.push(pending);
      pending = undefined;
      group.push(item);
    }
  }
  boxGroup();
  if (pending !== undefined) left.push(pending);
  return left;
}

/** A box for what lies between parts: a row in a table, a cell in a row. */
function box(group: readonly Item[], state: State, isPreformatted: boolean, dropped: Set<number>): void {
  const items = isPreformatted ? group : trimmed(group, dropped);
  if (items.length === 0) return;
  if (state === 'row') {
    const settled = settleBlock(
      items.map(({ kind }) => kind),
      isPreformatted,
    );
    for (const index of settled.dropped) drop(items[index], dropped);
    return;
  }
  for (const between of settleItems(items, 'row', isPreformatted, dropped)) drop(between, dropped);
}

/** Without blank texts in front, and without one at the end: crengine looks at the last one only. */
function trimmed(group: readonly Item[], dropped: Set<number>): readonly Item[] {
  let from = 0;
  while (group[from]?.kind === 'blank') drop(group[from++], dropped);
  const last = group.at(-1);
  if (from === group.length || last?.kind !== 'blank') return group.slice(from);
  drop(last, dropped);
  return group.slice(from, -1);
}

function drop(item: Item | undefined, dropped: Set<number>): void {
  if (item !== undefined && item.index !== NOT_A_CHILD) dropped.add(item.index);
}
