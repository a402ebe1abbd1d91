/** What a child of an element is to its parent's layout. */
export type ChildKind = 'text' | 'blank' | 'inline' | 'block' | 'float' | 'hidden';

/** How an element is rendered, which its parent goes by. */
export type Rendering = 'inline' | 'block';

export interface SettledChildren {
  readonly rendering: Rendering;
  /** Indexes of the blank texts that crengine removes from the tree. */
  readonly dropped: ReadonlySet<number>;
}

const NOTHING: ReadonlySet<number> = new Set();

/**
 * Settles an inline element at its end: with nothing but blocks inside it acts as a block; otherwise each block in it is boxed, and the
 * blank texts next to it go.
 */
export function settleInline(kinds: readonly ChildKind[]): SettledChildren {
  if (!kinds.includes('block')) return { rendering: 'inline', dropped: NOTHING };
  if (!kinds.includes('inline') && !kinds.includes('text')) return { rendering: 'block', dropped: NOTHING };
  const dropped = new Set<number>();
  kinds.forEach((kind, index) => {
    if (kind !== 'block') return;
    if (kinds[index - 1] === 'blank') dropped.add(index - 1);
    if (kinds[index + 1] === 'blank') dropped.add(index + 1);
  });
  return { rendering: 'inline', dropped };
}

/**
 * Settles a block at its end: where blocks and inline content mix, blank texts stay only between two inline neighbours.
 *
 * @param keepsBlanks Whether blank texts stay where there is nothing but floats beside them.
 */
export function settleBlock(kinds: readonly ChildKind[], keepsBlanks: boolean): SettledChildren {
  if (!kinds.some(isInline)) return { rendering: 'block', dropped: NOTHING };
  if (!kinds.includes('block')) {
    const isFloatsOnly = kinds.includes('float') && kinds.every((kind) => kind === 'float' || kind === 'blank');
    return { rendering: 'block', dropped: isFloatsOnly && !keepsBlanks ? blanksOf(kinds) : NOTHING };
  }
  const dropped = new Set<number>();
  for (let index = 0; index < kinds.length; index++) {
    if (kinds[index] !== 'blank') continue;
    let end = index;
    while (kinds[end + 1] === 'blank') end++;
    if (!keepsBlankBetween(kinds[index - 1], kinds[end + 1])) {
      for (let blank = index; blank <= end; blank++) dropped.add(blank);
    }
    index = end;
  }
  return { rendering: 'block', dropped };
}

function keepsBlankBetween(before: ChildKind | undefined, after: ChildKind | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  if (!(isInline(before) || before === 'float') || !(isInline(after) || after === 'float')) return false;
  return isInline(before) || isInline(after);
}

function isInline(kind: ChildKind): boolean {
  return kind === 'inline' || kind === 'text' || kind === 'blank';
}

function blanksOf(kinds: readonly ChildKind[]): ReadonlySet<number> {
  return new Set(kinds.flatMap((kind, index) => (kind === 'blank' ? [index] : [])));
}
