import { settleInline } from './drop-white-space.ts';
import type { ChildKind, SettledChildren } from './drop-white-space.ts';

/** What a child is to a `<ruby>`: its text, or its name where ruby knows it. */
export type RubyChild = 'text' | 'blank' | 'rb' | 'rt' | 'rp' | 'rbc' | 'rtc' | 'other';

export interface SettledRuby extends SettledChildren {
  /** Children in front of which crengine puts a text of its own, for an annotation that has no base; rising. */
  readonly invented: readonly number[];
}

interface Item {
  readonly index: number;
  readonly child: RubyChild;
  readonly kind: ChildKind;
}

const ANNOTATIONS: ReadonlySet<RubyChild> = new Set(['rt', 'rtc', 'rp']);

/**
 * Settles `<ruby>` at its end. crengine makes a table of every base with its annotations: a row of bases, rows of annotations, and cells
 * in each; blank texts at the edges of what it boxes for that go. A table without a base gets an empty one, with a text in it. A book
 * with ruby is laid out twice, and the second time a row is settled like any other inline element.
 *
 * @param kinds What each child is to the layout.
 */
export function settleRuby(
  children: readonly RubyChild[],
  kinds: readonly ChildKind[],
  isPreformatted: boolean,
): SettledRuby {
  const dropped = new Set<number>();
  const invented: number[] = [];
  const items = children.map((child, index): Item => ({ index, child, kind: kinds[index] ?? 'inline' }));
  for (const segment of segmentsOf(items)) {
    const hasBase = settleSegment(segment, isPreformatted, dropped);
    const [first] = segment;
    if (!hasBase && first !== undefined) invented.push(first.index);
  }
  return { rendering: 'inline', dropped, invented };
}

/** Bases with the annotations that follow them. A text at the very end belongs to the last one. */
function segmentsOf(items: readonly Item[]): Item[][] {
  const segments: Item[][] = [];
  let first = -1;
  let last = -1;
  for (let index = 0; index <= items.length; index++) {
    const child = items[index]?.child;
    const isLast = index === items.length - 1;
    const goesOn = child === 'blank' || (child === 'text' && isLast) || (child !== undefined && ANNOTATIONS.has(child));
    if (last >= 0 && !goesOn) {
      segments.push(items.slice(first, last + 1));
      first = -1;
      last = -1;
    }
    if (child === undefined || child === 'blank') continue;
    if (first < 0) first = index;
    if (ANNOTATIONS.has(child) || (child === 'text' && isLast)) last = index;
  }
  return segments;
}

/** @returns Whether there is a base. */
function settleSegment(segment: readonly Item[], isPreformatted: boolean, dropped: Set<number>): boolean {
  let group: Item[] = [];
  let isBaseDone = false;
  let hasBase = false;
  let isFirstRow = true;
  const boxRow = (): void => {
    if (!isPreformatted) trimRow(group, isFirstRow ? 'rb' : 'rt', dropped);
    const left = group.filter(({ index }) => !dropped.has(index));
    const settled = settleInline(left.map(({ kind }) => kind));
    for (const at of settled.dropped) dropped.add(left[at]?.index ?? -1);
    isFirstRow = false;
    group = [];
  };
  for (const item of segment) {
    const { child } = item;
    const endsRow = isBaseDone ? child === 'rtc' : ANNOTATIONS.has(child);
    if (group.length > 0 && endsRow) {
      if (!isBaseDone) hasBase = true;
      boxRow();
    }
    if (child === 'text' || child === 'blank') {
      if (child === 'text' || group.length > 0) group.push(item);
    } else if (child === 'rbc' || child === 'rtc') {
      group = [];
      isFirstRow = false;
      isBaseDone = true;
      if (child === 'rbc') hasBase = true;
    } else {
      if (group.length === 0 && (child === 'rt' || child === 'rp')) isBaseDone = true;
      group.push(item);
    }
  }
  if (group.length > 0) {
    if (!hasBase) isFirstRow = false;
    boxRow();
  }
  return hasBase;
}

/** A row loses one blank text at its end, and another when there is no cell in it yet, so that all of it is boxed as one. */
function trimRow(row: readonly Item[], cell: 'rb' | 'rt', dropped: Set<number>): void {
  let end = row.length;
  const times = row.some(({ child }) => child === cell) ? 1 : 2;
  for (let time = 0; time < times; time++) {
    const last = row[end - 1];
    if (last?.child !== 'blank') return;
    dropped.add(last.index);
    end -= 1;
  }
}
