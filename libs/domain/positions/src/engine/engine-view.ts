import type { RunTable, TextRuns } from '../columns/runs.ts';

/**
 * A spine document as crengine's tree has it, boxes left out, in columns. Elements and texts are in document order, so their source
 * offsets rise. Element 0 is the DocFragment; its `<body>` is element 1, and every element is in front of its children.
 */
export interface EngineView {
  readonly names: readonly string[];
  readonly elements: EngineElements;
  readonly texts: EngineTexts;
  readonly runs: RunTable;
}

export interface EngineElements {
  /** Index of the parent; the DocFragment's own is 0. */
  readonly parent: Uint32Array;
  /** Index into `names`. */
  readonly name: Uint32Array;
  /** 1-based place among the siblings of the same name. */
  readonly ordinal: Uint32Array;
  /** Source offset of the element's `<`. */
  readonly source: Uint32Array;
  /** Children that are left, texts and elements. */
  readonly childCount: Uint32Array;
  readonly flags: Uint8Array;
}

export interface EngineTexts {
  readonly element: Uint32Array;
  /** 1-based place among the texts of its element. */
  readonly ordinal: Uint32Array;
  /** First run; the runs of a text end where those of the next begin. */
  readonly firstRun: Uint32Array;
  /** Length in code points. */
  readonly length: Uint32Array;
  /** Source offset of the first character, and after the last. */
  readonly source: Uint32Array;
  readonly sourceEnd: Uint32Array;
  readonly flags: Uint8Array;
}

/** The only one of its name (elements), the only one of its element (texts). */
export const IS_ONLY = 1;
/** Not shown: `display: none`, there or further up. */
export const IS_HIDDEN = 2;
/** An element that starts a line of its own. */
export const IS_BLOCK = 4;
/** A text whose white space is kept as written. */
export const IS_PREFORMATTED = 8;

/** A text that annotates another, as `<rt>` does: KOReader leaves it out of what is selected. */
export const IS_ANNOTATION = 16;
/** A child in front of which crengine has a text of its own: an annotation without a base gets an empty one. */
export const IS_AFTER_INVENTED_TEXT = 32;
/** An element that is in no source, and whose text is in none either: crengine writes out what `<mfenced>` stands for. */
export const IS_INVENTED = 64;

export const FRAGMENT_ELEMENT = 0;
export const BODY_ELEMENT = 1;

/** The runs of one text node. */
export function runsOfText(view: EngineView, text: number): TextRuns {
  const { firstRun, length } = view.texts;
  return {
    table: view.runs,
    first: firstRun[text] ?? 0,
    end: firstRun[text + 1] ?? view.runs.position.length,
    length: length[text] ?? 0,
  };
}
