import { lastAtMost } from '../columns/growable.ts';
import type { RunTable, TextRuns } from '../columns/runs.ts';

/**
 * A spine document as EPUB CFI counts it, in columns: elements at even steps and, between them, chunks of text at odd steps; comments,
 * CDATA edges and references do not cut a chunk. Lengths are UTF-16 units. Element 0 is the root, in document order.
 */
export interface DomView {
  readonly elements: DomElements;
  readonly chunks: DomChunks;
  readonly runs: RunTable;
  /** Ids in use, in document order; `id` columns count from 1 here, and 0 is none. */
  readonly ids: readonly string[];
  /** Whether the tree is that of well-formed XML; else it is read like HTML. */
  readonly isWellFormed: boolean;
}

export interface DomElements {
  readonly parent: Uint32Array;
  /** CFI step among the children of the parent: 2, 4, 6… */
  readonly step: Uint32Array;
  /** Source offset of the element's `<`. */
  readonly source: Uint32Array;
  readonly id: Uint32Array;
  /** Element children. */
  readonly childCount: Uint32Array;
}

/** Chunks that hold any text, in document order. */
export interface DomChunks {
  readonly element: Uint32Array;
  /** CFI step: 1, 3, 5… */
  readonly step: Uint32Array;
  readonly firstRun: Uint32Array;
  readonly length: Uint32Array;
  /** Source offset of the first character, and after the last. */
  readonly source: Uint32Array;
  readonly sourceEnd: Uint32Array;
}

export const ROOT_ELEMENT = 0;

export function runsOfChunk(view: DomView, chunk: number): TextRuns {
  const { firstRun, length } = view.chunks;
  return {
    table: view.runs,
    first: firstRun[chunk] ?? 0,
    end: firstRun[chunk + 1] ?? view.runs.position.length,
    length: length[chunk] ?? 0,
  };
}

/** The element that starts exactly at a source offset. */
export function domElementAt(view: DomView, offset: number): number | undefined {
  const { source } = view.elements;
  const element = lastAtMost(source, offset, 0, source.length);
  return element >= 0 && source[element] === offset ? element : undefined;
}
