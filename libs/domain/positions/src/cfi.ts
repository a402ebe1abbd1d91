/** One step of a CFI: `/index[id]`, with the character offset after it if it is the last. */
export interface CfiStep {
  readonly index: number;
  readonly id?: string;
}

/** One place: steps through the package document, and then, after each `!`, through the document they lead to. */
export interface CfiPath {
  readonly parts: readonly (readonly CfiStep[])[];
  /** Character offset in UTF-16 units, after the last step. */
  readonly offset?: number;
  /** `before`: the place is in front of what the path leads to (`[;s=b]`); `after` behind it. */
  readonly side?: 'before' | 'after';
}

/** A place, or a range from one to another. */
export type Cfi =
  | { readonly kind: 'point'; readonly at: CfiPath }
  | { readonly kind: 'range'; readonly start: CfiPath; readonly end: CfiPath };

/** Reads a CFI, with or without `epubcfi(…)`. Undefined when it is malformed; assertions on text, time and space are passed over. */
export function parseCfi(cfi: string): Cfi | undefined {
  const trimmed = cfi.trim();
  const inner = /^epubcfi\((.*)\)$/s.exec(trimmed)?.[1] ?? trimmed;
  const pieces = splitOutside(inner, ',');
  if (pieces.length === 1) {
    const at = parsePath(inner);
    return at && { kind: 'point', at };
  }
  if (pieces.length !== 3) return undefined;
  const [parent = '', first = '', last = ''] = pieces;
  const [start, end] = [parsePath(parent + first), parsePath(parent + last)];
  // `P,,E` is what a broken writer leaves behind, and nothing to rely on.
  if (parent === '' || last === '' || start === undefined || end === undefined) return undefined;
  return { kind: 'range', start, end };
}

/** Writes one place as a CFI. */
export function formatCfiPoint(path: CfiPath): string {
  return `epubcfi(${formatPath(path)})`;
}

/** Writes a range: what both ends share first, then what is left of each. Both must be in the same document. */
export function formatCfiRange(start: CfiPath, end: CfiPath): string {
  const outer = start.parts.slice(0, -1);
  const first = start.parts.at(-1) ?? [];
  const last = end.parts.at(-1) ?? [];
  let shared = 0;
  // The last step stays out of the shared part, as an offset or nothing at all would be left.
  while (shared < Math.min(first.length, last.length) - 1 && first[shared]?.index === last[shared]?.index) shared++;
  const parent = formatParts([...outer, first.slice(0, shared)]);
  const rest = (path: CfiPath, steps: readonly CfiStep[]): string =>
    formatPath({ parts: [steps.slice(shared)], ...(path.offset === undefined ? {} : { offset: path.offset }) });
  return `epubcfi(${parent},${rest(start, first)},${rest(end, last)})`;
}

/** Orders two places as they come in the book. */
export function compareCfiPaths(one: CfiPath, other: CfiPath): number {
  for (let part = 0; part < Math.max(one.parts.length, other.parts.length); part++) {
    const [steps, otherSteps] = [one.parts[part] ?? [], other.parts[part] ?? []];
    for (let step = 0; step < Math.max(steps.length, otherSteps.length); step++) {
      const difference = (steps[step]?.index ?? -1) - (otherSteps[step]?.index ?? -1);
      if (difference !== 0) return difference;
    }
  }
  return (one.offset ?? 0) - (other.offset ?? 0);
}

function parsePath(path: string): CfiPath | undefined {
  const parts: CfiStep[][] = [];
  let offset: number | undefined;
  let side: CfiPath['side'];
  for (const piece of splitOutside(path, '!')) {
    if (offset !== undefined) return undefined;
    const steps: CfiStep[] = [];
    const pattern =
      /\/(\d+)((?:\[(?:\^.|[^\]^])*\])?)|:(\d+)((?:\[(?:\^.|[^\]^])*\])?)|([~@][\d.:]+)((?:\[(?:\^.|[^\]^])*\])?)/gsy;
    let at = 0;
    for (let found = pattern.exec(piece); found !== null; found = pattern.exec(piece)) {
      const [whole, index, stepAssertion = '', character, offsetAssertion = ''] = found;
      at += whole.length;
      if (index !== undefined) {
        if (offset !== undefined) return undefined;
        const { id, side: said } = parseAssertion(stepAssertion);
        steps.push(id === undefined ? { index: Number(index) } : { index: Number(index), id });
        side = said ?? side;
      } else if (character !== undefined) {
        offset = Number(character);
        side = parseAssertion(offsetAssertion).side ?? side;
      }
    }
    if (at !== piece.length) return undefined;
    parts.push(steps);
  }
  if (parts.length === 0 || parts[0]?.length === 0) return undefined;
  return { parts, ...(offset === undefined ? {} : { offset }), ...(side === undefined ? {} : { side }) };
}

function parseAssertion(assertion: string): { readonly id?: string; readonly side?: CfiPath['side'] } {
  if (assertion === '') return {};
  const [text = '', ...parameters] = splitOutside(assertion.slice(1, -1), ';', false);
  const bias = parameters.find((parameter) => parameter.startsWith('s='))?.slice(2);
  return {
    ...(text === '' ? {} : { id: text.replace(/\^(.)/gs, '$1') }),
    ...(bias === 'b' ? { side: 'before' as const } : bias === 'a' ? { side: 'after' as const } : {}),
  };
}

function formatParts(parts: readonly (readonly CfiStep[])[]): string {
  return parts
    .map((steps) => steps.map(({ index, id }) => `/${index}${id === undefined ? '' : `[${escapeText(id)}]`}`).join(''))
    .join('!');
}

/** The side goes into the brackets of what it stands behind: of the offset, or of the last step, beside its id. */
function formatPath({ parts, offset, side }: CfiPath): string {
  const path = formatParts(parts);
  const bias = side === undefined ? '' : `;s=${side === 'before' ? 'b' : 'a'}`;
  if (offset !== undefined) return `${path}:${offset}${bias === '' ? '' : `[${bias}]`}`;
  if (bias === '') return path;
  return parts.at(-1)?.at(-1)?.id === undefined ? `${path}[${bias}]` : `${path.slice(0, -1)}${bias}]`;
}

function escapeText(text: string): string {
  return text.replace(/[\^[\](),;=]/g, '^$&');
}

/** Splits at a character that is not escaped and, unless told otherwise, not inside brackets. */
function splitOutside(text: string, separator: string, minds = true): string[] {
  const pieces = [''];
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (character === '^') {
      pieces.push((pieces.pop() ?? '') + text.slice(at, at + 2));
      at++;
      continue;
    }
    if (minds && character === '[') depth++;
    if (minds && character === ']') depth = Math.max(0, depth - 1);
    if (character === separator && depth === 0) pieces.push('');
    else pieces.push((pieces.pop() ?? '') + character);
  }
  return pieces;
}
