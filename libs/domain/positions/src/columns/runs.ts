import { GrowableColumn, lastAtMost } from './growable.ts';

/**
 * How the characters of texts lie in the source, as runs. A run starts at character `position` of its text, at source offset `source`;
 * `span` says what it holds: LINEAR characters of one unit each, PAIRS of surrogates of two units each, or one atom of the source
 * (`span - 1` units long, such as `&nbsp;`) that stands for all characters up to the next run.
 */
export interface RunTable {
  readonly position: Uint32Array;
  readonly source: Uint32Array;
  readonly span: Uint32Array;
}

const LINEAR = 0;
const PAIRS = 1;

/** Writes runs, character by character, joining what lies in a row. */
export class RunWriter {
  readonly position = new GrowableColumn();
  readonly source = new GrowableColumn();
  readonly span = new GrowableColumn();
  /** Characters of the current text so far. */
  length = 0;
  private kind = -1;
  private next = 0;

  get count(): number {
    return this.position.length;
  }

  /** Starts a new text; characters count from 0 again. */
  startText(): void {
    this.length = 0;
    this.kind = -1;
  }

  /** Takes back all runs from `count` on. */
  truncate(count: number): void {
    this.position.length = count;
    this.source.length = count;
    this.span.length = count;
    this.kind = -1;
  }

  /** `count` characters that are one unit each, the first at `source`. */
  linear(source: number, count: number): void {
    if (this.kind !== LINEAR || this.next !== source) this.start(source, LINEAR);
    this.length += count;
    this.next = source + count;
  }

  /** One character that is a surrogate pair at `source`. */
  pair(source: number): void {
    if (this.kind !== PAIRS || this.next !== source) this.start(source, PAIRS);
    this.length += 1;
    this.next = source + 2;
  }

  /** `count` characters that stand for `units` units of source together. */
  atom(source: number, units: number, count: number): void {
    if (units === 1 && count === 1) return this.linear(source, 1);
    this.start(source, units + 1);
    this.length += count;
    this.kind = -1;
  }

  private start(source: number, span: number): void {
    this.position.push(this.length);
    this.source.push(source);
    this.span.push(span);
    this.kind = span;
  }

  /** Moves the runs from `from` to `to` in front, to `target`. */
  move(target: number, from: number, to: number): void {
    for (const column of [this.position, this.source, this.span]) column.move(target, from, to);
  }

  /** The finished runs; the writer is empty afterwards. */
  toTable(): RunTable {
    return { position: this.position.toColumn(), source: this.source.toColumn(), span: this.span.toColumn() };
  }
}

/** One text's part of a run table. */
export interface TextRuns {
  readonly table: RunTable;
  readonly first: number;
  readonly end: number;
  /** Characters in the text. */
  readonly length: number;
}

/** Source offset of the first unit of a character; `inner` counts characters into an atom that stands for several. */
export function sourceOfCharacter(
  runs: TextRuns,
  character: number,
): { readonly offset: number; readonly inner: number } {
  const { table } = runs;
  const run = Math.max(runs.first, lastAtMost(table.position, character, runs.first, runs.end));
  const inner = character - (table.position[run] ?? 0);
  const source = table.source[run] ?? 0;
  const span = table.span[run] ?? LINEAR;
  if (span === LINEAR) return { offset: source + inner, inner: 0 };
  if (span === PAIRS) return { offset: source + 2 * inner, inner: 0 };
  return { offset: source, inner };
}

/** Source offset just after a character. */
export function sourceAfterCharacter(runs: TextRuns, character: number): number {
  const { table } = runs;
  const run = Math.max(runs.first, lastAtMost(table.position, character, runs.first, runs.end));
  const inner = character - (table.position[run] ?? 0);
  const source = table.source[run] ?? 0;
  const span = table.span[run] ?? LINEAR;
  if (span === LINEAR) return source + inner + 1;
  if (span === PAIRS) return source + 2 * inner + 2;
  return source + span - 1;
}

/** The first character that reaches past a source offset: the one lying over it, or else the next one; `length` when there is none. */
export function characterFrom(runs: TextRuns, offset: number, inner = 0): number {
  const { table } = runs;
  const run = lastAtMost(table.source, offset, runs.first, runs.end);
  if (run < runs.first) return 0;
  const position = table.position[run] ?? 0;
  const end = run + 1 < runs.end ? (table.position[run + 1] ?? 0) : runs.length;
  const into = offset - (table.source[run] ?? 0);
  const span = table.span[run] ?? LINEAR;
  if (span === LINEAR) return Math.min(position + into, end);
  if (span === PAIRS) return Math.min(position + (into >> 1), end);
  return into < span - 1 ? Math.min(position + inner, end) : end;
}

/** How many characters start before a source offset. */
export function charactersBefore(runs: TextRuns, offset: number): number {
  if (offset <= 0) return 0;
  const { table } = runs;
  const run = lastAtMost(table.source, offset - 1, runs.first, runs.end);
  if (run < runs.first) return 0;
  const position = table.position[run] ?? 0;
  const end = run + 1 < runs.end ? (table.position[run + 1] ?? 0) : runs.length;
  const into = offset - (table.source[run] ?? 0);
  const span = table.span[run] ?? LINEAR;
  if (span === LINEAR) return Math.min(position + into, end);
  if (span === PAIRS) return Math.min(position + ((into + 1) >> 1), end);
  return end;
}
