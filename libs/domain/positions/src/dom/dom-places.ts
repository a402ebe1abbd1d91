import { groupByOwner, membersOf } from '../columns/children.ts';
import type { Grouping } from '../columns/children.ts';
import { sourceAfterCharacter, sourceOfCharacter } from '../columns/runs.ts';
import { pointBefore, pointFrom } from '../columns/text-lookup.ts';
import type { TextColumns, TextPoint } from '../columns/text-lookup.ts';
import type { CfiStep } from '../cfi.ts';
import type { Place, PlaceRole } from '../place.ts';
import { ROOT_ELEMENT, domElementAt, runsOfChunk } from './dom-view.ts';
import type { DomView } from './dom-view.ts';

/** What the steps of a CFI lead to in one document. */
export type DomNode =
  | { readonly kind: 'element'; readonly element: number }
  /** A chunk of text; `chunk` is undefined for one that is empty, which then lies before element child `before` (0-based). */
  | {
      readonly kind: 'chunk';
      readonly parent: number;
      readonly before: number;
      readonly chunk: number | undefined;
      readonly offset: number;
    };

/** Finds places of one document by CFI steps, and steps to them. */
export class DomPlaces {
  readonly texts: TextColumns;
  private readonly view: DomView;
  private grouped: { readonly elements: Grouping; readonly chunks: Grouping } | undefined;
  private elementsById: ReadonlyMap<string, number> | undefined;

  constructor(view: DomView) {
    this.view = view;
    const { source, sourceEnd, length } = view.chunks;
    this.texts = { source, sourceEnd, length, runsOf: (chunk) => runsOfChunk(view, chunk) };
  }

  /**
   * Follows steps below the root. Where an id does not fit, the document has changed: the element with that id is taken instead.
   * Undefined when the steps lead nowhere, or the offset is past the end of its text.
   */
  resolve(steps: readonly CfiStep[], offset: number | undefined): DomNode | undefined {
    let element = ROOT_ELEMENT;
    for (const [at, { index, id }] of steps.entries()) {
      const isLast = at === steps.length - 1;
      if (index % 2 === 1) return isLast ? this.resolveChunk(element, index, offset ?? 0) : undefined;
      const byIndex = this.childAt(element, index);
      const byId =
        id !== undefined && (byIndex === undefined || !this.hasId(byIndex, id)) ? this.elementWithId(id) : undefined;
      const child = byId ?? byIndex;
      if (child === undefined) return isLast ? this.virtualElement(element, index) : undefined;
      element = child;
    }
    return { kind: 'element', element };
  }

  placeOf(node: DomNode, role: PlaceRole): Place {
    if (node.kind === 'element')
      return { kind: 'element', offset: this.view.elements.source[node.element] ?? 0, side: 'inside' };
    if (node.chunk === undefined) return this.placeOfEmptyChunk(node.parent, node.before);
    return this.placeOfPoint({ text: node.chunk, character: node.offset }, role);
  }

  placeOfPoint({ text, character }: TextPoint, role: PlaceRole): Place {
    const runs = runsOfChunk(this.view, text);
    if (runs.length === 0) return { kind: 'text', offset: this.view.chunks.source[text] ?? 0, inner: 0 };
    const isEnd = character > 0 && (role === 'end' || character >= runs.length);
    if (isEnd) return { kind: 'text', offset: sourceAfterCharacter(runs, character - 1), inner: 0 };
    return { kind: 'text', ...sourceOfCharacter(runs, Math.min(character, runs.length - 1)) };
  }

  /** The chunk and offset nearest to a place: the next character for a start, the one before for an end. */
  pointOf(place: Place, role: PlaceRole): TextPoint | undefined {
    const inner = place.kind === 'text' ? place.inner : 0;
    return role === 'end' ? pointBefore(this.texts, place.offset) : pointFrom(this.texts, place.offset, inner);
  }

  elementAt(offset: number): number | undefined {
    return domElementAt(this.view, offset);
  }

  /** Steps to a chunk below the root, with the ids of the elements on the way. */
  stepsToChunk(chunk: number): CfiStep[] {
    return [...this.stepsToElement(this.view.chunks.element[chunk] ?? 0), { index: this.view.chunks.step[chunk] ?? 1 }];
  }

  stepsToElement(element: number): CfiStep[] {
    const { parent, step, id } = this.view.elements;
    const steps: CfiStep[] = [];
    for (let at = element; at !== ROOT_ELEMENT; at = parent[at] ?? 0) {
      const name = this.view.ids[(id[at] ?? 0) - 1];
      steps.push(name === undefined ? { index: step[at] ?? 2 } : { index: step[at] ?? 2, id: name });
    }
    return steps.reverse();
  }

  private resolveChunk(parent: number, step: number, offset: number): DomNode | undefined {
    const before = (step - 1) / 2;
    if (before > (this.view.elements.childCount[parent] ?? 0)) return undefined;
    const chunk = this.chunkAt(parent, step);
    const length = chunk === undefined ? 0 : (this.view.chunks.length[chunk] ?? 0);
    return offset <= length ? { kind: 'chunk', parent, before, chunk, offset } : undefined;
  }

  /** The chunk at a step, looked for by halves: the steps of one element's chunks rise. */
  private chunkAt(parent: number, step: number): number | undefined {
    const chunks = membersOf(this.groups().chunks, parent);
    let low = 0;
    let high = chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.view.chunks.step[chunks[middle] ?? 0] ?? 0) < step) low = middle + 1;
      else high = middle;
    }
    const chunk = chunks[low];
    return chunk !== undefined && this.view.chunks.step[chunk] === step ? chunk : undefined;
  }

  /** Step 0 is in front of all children, and the one after the last element is behind them. */
  private virtualElement(parent: number, index: number): DomNode | undefined {
    const children = this.view.elements.childCount[parent] ?? 0;
    if (index === 0) return this.resolveChunk(parent, 1, 0);
    if (index !== children * 2 + 2) return undefined;
    const last = this.resolveChunk(parent, children * 2 + 1, 0);
    if (last?.kind !== 'chunk' || last.chunk === undefined) return last;
    return { ...last, offset: this.view.chunks.length[last.chunk] ?? 0 };
  }

  private placeOfEmptyChunk(parent: number, before: number): Place {
    const next = membersOf(this.groups().elements, parent)[before];
    if (next !== undefined) return { kind: 'element', offset: this.view.elements.source[next] ?? 0, side: 'whole' };
    // Behind the last child: the text that comes next in the document starts after everything inside that child.
    const last = this.lastInside(parent);
    return { kind: 'text', offset: (this.view.elements.source[last] ?? 0) + 1, inner: 0 };
  }

  private lastInside(element: number): number {
    let last = element;
    for (;;) {
      const child = membersOf(this.groups().elements, last).at(-1);
      if (child === undefined) return last;
      last = child;
    }
  }

  private childAt(parent: number, step: number): number | undefined {
    return membersOf(this.groups().elements, parent)[step / 2 - 1];
  }

  private hasId(element: number, id: string): boolean {
    return this.view.ids[(this.view.elements.id[element] ?? 0) - 1] === id;
  }

  /** Source offset of the element with an id. */
  offsetOfId(id: string): number | undefined {
    const element = this.elementWithId(id);
    return element === undefined ? undefined : this.view.elements.source[element];
  }

  private elementWithId(id: string): number | undefined {
    this.elementsById ??= new Map(
      Array.from(
        this.view.elements.id,
        (index, element) => [this.view.ids[index - 1] ?? '', element] as const,
      ).reverse(),
    );
    return this.elementsById.get(id);
  }

  private groups(): { readonly elements: Grouping; readonly chunks: Grouping } {
    const count = this.view.elements.parent.length;
    this.grouped ??= {
      elements: groupByOwner(this.view.elements.parent, count, 1),
      chunks: groupByOwner(this.view.chunks.element, count),
    };
    return this.grouped;
  }
}
