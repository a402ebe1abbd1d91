/** One step down crengine's tree. Without `index` the first that fits is meant. */
export type XpointerStep =
  | { readonly kind: 'element'; readonly name: string; readonly index?: number }
  | { readonly kind: 'text'; readonly index?: number }
  | { readonly kind: 'child'; readonly index: number };

/** A pointer into a book as KOReader writes it: `/body/DocFragment[2]/body/p[3]/text()[1].14`. */
export interface Xpointer {
  /** Whether it is into the only page of what is no EPUB to KOReader: `/html/body/p[3]`. */
  readonly isOnlyPage?: boolean;
  /** 1-based number of the DocFragment; absent in a book with a single one. */
  readonly fragment?: number;
  /** An element by its id, as links inside of a book are kept; empty for the start of the document. */
  readonly id?: string;
  /** With an id: place among the itemrefs that name an item, from 0, which old versions do not make a fragment of each. */
  readonly item?: number;
  /** Steps below the DocFragment. */
  readonly steps: readonly XpointerStep[];
  /** Code points into a text, or children into an element. */
  readonly point?: number;
}

/** How a dialect writes the index of what is the only one of its kind: leaves it out, or writes `[1]`. */
export interface XpointerDialect {
  readonly writesEveryIndex: boolean;
}

/** From this DOM version on crengine writes every index. */
export const DOM_VERSION_OF_EVERY_INDEX = 20260812;

/** The way a document of this DOM version writes its pointers. */
export function dialectOf(domVersion: number): XpointerDialect {
  return { writesEveryIndex: domVersion >= DOM_VERSION_OF_EVERY_INDEX };
}

/** Boxes crengine put into its tree and into the pointers of books first opened before 2020. */
const BOXES = new Set(['autoBoxing', 'floatBox', 'inlineBox', 'tabularBox', 'rubyBox', 'mathBox', 'pseudoElem']);

/** Reads a pointer into a book made of DocFragments, or into a single page. Undefined for anything else, a bare page number for one. */
export function parseXpointer(pointer: string): Xpointer | undefined {
  if (pointer.trimStart().startsWith('#')) return parseAnchor(pointer.trim().slice(1));
  const steps = parseSteps(pointer.trim());
  if (steps === undefined) return undefined;
  const point = steps.at(-1)?.kind === 'point' ? steps.pop() : undefined;
  const path = steps.filter(isPathStep);
  if (path.length !== steps.length) return undefined;
  const [body, fragment, ...rest] = path;
  if (body?.kind === 'element' && body.name === 'html' && (body.index ?? 1) === 1) {
    return { isOnlyPage: true, ...pointBelow(path.slice(1), point) };
  }
  if (body?.kind === 'child' && body.index === 1 && fragment?.kind === 'child') {
    return { fragment: fragment.index, ...pointBelow(rest, point) };
  }
  if (body?.kind !== 'element' || body.name !== 'body' || (body.index ?? 1) !== 1) return undefined;
  if (fragment?.kind !== 'element' || fragment.name !== 'DocFragment') return undefined;
  return {
    ...(fragment.index === undefined ? {} : { fragment: fragment.index }),
    ...pointBelow(rest, point),
  };
}

/** `#_doc_fragment_3_ id` in a book of DocFragments, `#id` in a single page. */
function parseAnchor(anchor: string): Xpointer | undefined {
  const found = /^_doc_fragment_(\d+)(?:_ ?(.*))?$/s.exec(anchor);
  if (found !== null) return { item: Number(found[1]), id: found[2] ?? '', steps: [] };
  return anchor === '' ? undefined : { isOnlyPage: true, id: anchor, steps: [] };
}

function pointBelow(steps: readonly XpointerStep[], point: ParsedStep | undefined): Pick<Xpointer, 'steps' | 'point'> {
  return {
    steps: steps.filter((step) => step.kind !== 'element' || !BOXES.has(step.name)),
    ...(point === undefined ? {} : { point: point.index ?? 0 }),
  };
}

/** Writes a pointer; indexes are written where the pointer has them. */
export function formatXpointer(pointer: Xpointer, { writesEveryIndex }: XpointerDialect): string {
  const { isOnlyPage, fragment, steps, point, id, item } = pointer;
  if (id !== undefined) return item === undefined ? `#${id}` : `#_doc_fragment_${item}${id === '' ? '' : `_ ${id}`}`;
  const path = steps.map(formatStep).join('') + (point === undefined ? '' : `.${point}`);
  const only = writesEveryIndex ? '[1]' : '';
  if (isOnlyPage === true) return `/html${only}${path}`;
  return `/body${only}/DocFragment${fragment === undefined ? '' : `[${fragment}]`}${path}`;
}

function formatStep(step: XpointerStep): string {
  if (step.kind === 'child') return `/${step.index}`;
  const name = step.kind === 'text' ? 'text()' : step.name;
  return step.index === undefined ? `/${name}` : `/${name}[${step.index}]`;
}

type ParsedStep = XpointerStep | { readonly kind: 'point'; readonly index: number };

function parseSteps(pointer: string): ParsedStep[] | undefined {
  const pattern = /\/(\d+)(?=[/.]|$)|\/([^/.[\d][^/.[]*)(?:\[([^\]/.]+)\])?(?=[/.]|$)|\.(\d+)(?=[/.]|$)/gy;
  const steps: ParsedStep[] = [];
  let at = 0;
  for (let found = pattern.exec(pointer); found !== null; found = pattern.exec(pointer)) {
    const [whole, child, name, index, point] = found;
    at += whole.length;
    if (child !== undefined) steps.push({ kind: 'child', index: Number(child) });
    else if (point !== undefined) steps.push({ kind: 'point', index: Number(point) });
    else if (name !== undefined) steps.push(namedStep(name, index));
  }
  return at === pointer.length && at > 0 ? steps : undefined;
}

function namedStep(name: string, index: string | undefined): XpointerStep {
  const place = index === undefined ? {} : { index: Number.parseInt(index, 10) || 0 };
  return name === 'text()' ? { kind: 'text', ...place } : { kind: 'element', name, ...place };
}

function isPathStep(step: ParsedStep): step is XpointerStep {
  return step.kind !== 'point';
}
