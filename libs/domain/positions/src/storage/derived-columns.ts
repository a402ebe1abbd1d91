import type { DomChunks, DomElements } from '../dom/dom-view.ts';
import { FRAGMENT_ELEMENT, IS_AFTER_INVENTED_TEXT, IS_ONLY } from '../engine/engine-view.ts';
import type { EngineElements, EngineTexts } from '../engine/engine-view.ts';

// What follows from the shape of a tree is not stored, but counted again: that is a third of an index.

/** Elements as they are stored: without what counting gives. */
export type StoredElements = Omit<EngineElements, 'ordinal' | 'childCount'>;
export type StoredTexts = Omit<EngineTexts, 'ordinal'>;

/** Numbers the elements and texts of crengine's tree among their siblings, and marks those that are the only ones. */
export function withOrdinals(
  elements: StoredElements,
  texts: StoredTexts,
): { readonly elements: EngineElements; readonly texts: EngineTexts } {
  const { parent, name } = elements;
  const ordinal = new Uint32Array(parent.length);
  const childCount = new Uint32Array(parent.length);
  const counts = new Map<number, number>();
  const keyOf = (element: number): number => (parent[element] ?? 0) * 65_536 + (name[element] ?? 0);
  for (let element = 1; element < parent.length; element++) {
    const key = keyOf(element);
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    ordinal[element] = count;
    increase(childCount, parent[element] ?? 0);
  }
  const { textOrdinal, textCount } = textOrdinals(elements, texts);
  texts.element.forEach((element) => increase(childCount, element));
  ordinal[FRAGMENT_ELEMENT] = 1;
  const isOnlyElement = (element: number): boolean => element === FRAGMENT_ELEMENT || counts.get(keyOf(element)) === 1;
  return {
    elements: {
      ...elements,
      ordinal,
      childCount,
      flags: elements.flags.map((flags, element) => (isOnlyElement(element) ? flags | IS_ONLY : flags)),
    },
    texts: {
      ...texts,
      ordinal: textOrdinal,
      flags: texts.flags.map((flags, text) => (textCount[texts.element[text] ?? 0] === 1 ? flags | IS_ONLY : flags)),
    },
  };
}

/** Texts that are in no source are counted where they stand, though there is no row for them. */
function textOrdinals(
  elements: StoredElements,
  texts: StoredTexts,
): { readonly textOrdinal: Uint32Array; readonly textCount: Uint32Array } {
  const textCount = new Uint32Array(elements.parent.length);
  const marked: number[] = [];
  elements.flags.forEach((flags, element) => {
    if ((flags & IS_AFTER_INVENTED_TEXT) !== 0) marked.push(element);
  });
  let next = 0;
  const countUpTo = (offset: number): void => {
    for (; next < marked.length && (elements.source[marked[next] ?? 0] ?? 0) <= offset; next++) {
      increase(textCount, elements.parent[marked[next] ?? 0] ?? 0);
    }
  };
  const textOrdinal = texts.element.map((element, text) => {
    if (next < marked.length) countUpTo(texts.source[text] ?? 0);
    if (((texts.flags[text] ?? 0) & IS_AFTER_INVENTED_TEXT) !== 0) increase(textCount, element);
    return increase(textCount, element);
  });
  countUpTo(Number.POSITIVE_INFINITY);
  return { textOrdinal, textCount };
}

/** Flags without what `withOrdinals` finds again. */
export function storedFlags(flags: Uint8Array): Uint8Array {
  return flags.map((each) => each & ~IS_ONLY);
}

export type StoredDomElements = Omit<DomElements, 'step' | 'childCount'>;
export type StoredChunks = Omit<DomChunks, 'step'>;

/** Counts the steps of elements and chunks, in the order they come in the source. */
export function withSteps(
  elements: StoredDomElements,
  chunks: StoredChunks,
): { readonly elements: DomElements; readonly chunks: DomChunks } {
  const step = new Uint32Array(elements.parent.length);
  const childCount = new Uint32Array(elements.parent.length);
  const chunkStep = new Uint32Array(chunks.element.length);
  let next = 1;
  const countUpTo = (offset: number): void => {
    for (; next < step.length && (elements.source[next] ?? 0) <= offset; next++) {
      step[next] = increase(childCount, elements.parent[next] ?? 0) * 2;
    }
  };
  step[0] = 2;
  for (let chunk = 0; chunk < chunkStep.length; chunk++) {
    countUpTo(chunks.source[chunk] ?? 0);
    chunkStep[chunk] = (childCount[chunks.element[chunk] ?? 0] ?? 0) * 2 + 1;
  }
  countUpTo(Number.POSITIVE_INFINITY);
  return { elements: { ...elements, step, childCount }, chunks: { ...chunks, step: chunkStep } };
}

/** The ends of ranges as lengths, which are small numbers, and back. */
export function lengthsOf(starts: Uint32Array, ends: Uint32Array): Uint32Array {
  return ends.map((end, row) => end - (starts[row] ?? 0));
}

export function endsOf(starts: Uint32Array, lengths: Uint32Array): Uint32Array {
  return lengths.map((length, row) => length + (starts[row] ?? 0));
}

function increase(counts: Uint32Array, index: number): number {
  const count = (counts[index] ?? 0) + 1;
  counts[index] = count;
  return count;
}
