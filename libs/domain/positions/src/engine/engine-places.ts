import { groupByOwner, membersOf } from '../columns/children.ts';
import type { Grouping } from '../columns/children.ts';
import { lastAtMost } from '../columns/growable.ts';
import { sourceAfterCharacter, sourceOfCharacter } from '../columns/runs.ts';
import { pointBefore, pointFrom } from '../columns/text-lookup.ts';
import type { TextColumns, TextPoint } from '../columns/text-lookup.ts';
import type { Place, PlaceRole } from '../place.ts';
import type { Xpointer, XpointerDialect, XpointerStep } from '../xpointer.ts';
import { BODY_ELEMENT, FRAGMENT_ELEMENT, IS_INVENTED, IS_ONLY, runsOfText } from './engine-view.ts';
import type { EngineView } from './engine-view.ts';

/** A node of crengine's tree that a pointer leads to. */
export type EngineNode =
  | { readonly kind: 'element'; readonly element: number; readonly point?: number }
  | { readonly kind: 'text'; readonly point: TextPoint };

/** Finds places of one document in crengine's tree, and pointers to them. */
export class EnginePlaces {
  readonly texts: TextColumns;
  private readonly view: EngineView;
  private readonly nameIndexes: ReadonlyMap<string, number>;
  private grouped: { readonly elements: Grouping; readonly texts: Grouping } | undefined;

  constructor(view: EngineView) {
    this.view = view;
    const { source, sourceEnd, length } = view.texts;
    this.texts = { source, sourceEnd, length, runsOf: (text) => runsOfText(view, text) };
    this.nameIndexes = new Map(view.names.map((name, index) => [name, index]));
  }

  /** Follows a pointer as crengine does; undefined where crengine would not find its way, and go to page 1. */
  resolve({ steps, point }: Xpointer): EngineNode | undefined {
    let element = FRAGMENT_ELEMENT;
    for (const [index, step] of steps.entries()) {
      if (step.kind === 'text') {
        const ordinal = step.index ?? 1;
        const text = this.textOf(element, ordinal) ?? this.textBehindInvented(element);
        if (text === undefined || index !== steps.length - 1) return undefined;
        // A text that is in no source stands for the one behind it.
        const isInvented = this.view.texts.ordinal[text] !== ordinal || this.view.texts.element[text] !== element;
        const character = isInvented ? 0 : (point ?? 0);
        return character <= (this.view.texts.length[text] ?? 0)
          ? { kind: 'text', point: { text, character } }
          : undefined;
      }
      const child = step.kind === 'child' ? this.childAt(element, step.index) : this.childNamed(element, step);
      if (typeof child === 'object') {
        const character = point ?? 0;
        const isThere = index === steps.length - 1 && character <= (this.view.texts.length[child.text] ?? 0);
        return isThere ? { kind: 'text', point: { text: child.text, character } } : undefined;
      }
      if (child === undefined) return undefined;
      element = child;
    }
    if (point === undefined) return { kind: 'element', element };
    return point <= (this.view.elements.childCount[element] ?? 0) ? { kind: 'element', element, point } : undefined;
  }

  /** Where in the source a node is. */
  placeOf(node: EngineNode, role: PlaceRole): Place {
    if (node.kind === 'text') return this.placeOfPoint(node.point, role);
    const { element, point } = node;
    if (point !== undefined && point > 0) return this.placeOfChild(element, point, role);
    // The DocFragment stands for the document, whose body is the nearest thing that is in the source.
    const offset = this.view.elements.source[Math.max(element, BODY_ELEMENT)] ?? 0;
    return { kind: 'element', offset, side: point === undefined ? 'whole' : 'inside' };
  }

  /** The place in front of a character, or behind the one before it. */
  placeOfPoint({ text, character }: TextPoint, role: PlaceRole): Place {
    const runs = runsOfText(this.view, text);
    if (runs.length === 0) return { kind: 'text', offset: this.view.texts.source[text] ?? 0, inner: 0 };
    const isEnd = character > 0 && (role === 'end' || character >= runs.length);
    if (isEnd) return { kind: 'text', offset: sourceAfterCharacter(runs, character - 1), inner: 0 };
    return { kind: 'text', ...sourceOfCharacter(runs, Math.min(character, runs.length - 1)) };
  }

  /** The text and character nearest to a place: the next one for a start, the one before for an end. */
  pointOf(place: Place, role: PlaceRole): TextPoint | undefined {
    const inner = place.kind === 'text' ? place.inner : 0;
    return role === 'end' ? pointBefore(this.texts, place.offset) : pointFrom(this.texts, place.offset, inner);
  }

  /** Index of the element that starts at a source offset. */
  elementAt(offset: number): number | undefined {
    const { source } = this.view.elements;
    const element = lastAtMost(source, offset, BODY_ELEMENT, source.length);
    return element >= BODY_ELEMENT && source[element] === offset ? element : undefined;
  }

  /** Steps to a text node, below the DocFragment. */
  stepsToText(text: number, dialect: XpointerDialect): XpointerStep[] {
    const { element, ordinal, flags } = this.view.texts;
    const steps = this.stepsToElement(element[text] ?? 0, dialect);
    const isWritten = dialect.writesEveryIndex || ((flags[text] ?? 0) & IS_ONLY) === 0;
    steps.push(isWritten ? { kind: 'text', index: ordinal[text] ?? 1 } : { kind: 'text' });
    return steps;
  }

  stepsToElement(element: number, dialect: XpointerDialect): XpointerStep[] {
    const { parent, name, ordinal, flags } = this.view.elements;
    const steps: XpointerStep[] = [];
    for (let at = element; at !== FRAGMENT_ELEMENT; at = parent[at] ?? 0) {
      const isWritten = dialect.writesEveryIndex || ((flags[at] ?? 0) & IS_ONLY) === 0;
      const named = { kind: 'element' as const, name: this.view.names[name[at] ?? 0] ?? '' };
      steps.push(isWritten ? { ...named, index: ordinal[at] ?? 1 } : named);
    }
    return steps.reverse();
  }

  private placeOfChild(element: number, point: number, role: PlaceRole): Place {
    const children = this.childrenInOrder(element);
    const child = children[role === 'end' ? point - 1 : Math.min(point, children.length - 1)];
    if (child === undefined)
      return { kind: 'element', offset: this.view.elements.source[element] ?? 0, side: 'inside' };
    if (child.kind === 'element') return { ...child, kind: 'element', side: 'whole' };
    const length = this.view.texts.length[child.text] ?? 0;
    const isBehind = role === 'end' || point >= children.length;
    return this.placeOfPoint({ text: child.text, character: isBehind ? length : 0 }, role);
  }

  private childrenInOrder(
    element: number,
  ): (
    | { readonly kind: 'element'; readonly offset: number }
    | { readonly kind: 'text'; readonly offset: number; readonly text: number }
  )[] {
    const { elements, texts } = this.groups();
    const inside = Array.from(membersOf(elements, element), (child) => {
      return { kind: 'element' as const, offset: this.view.elements.source[child] ?? 0 };
    });
    const written = Array.from(membersOf(texts, element), (text) => {
      return { kind: 'text' as const, offset: this.view.texts.source[text] ?? 0, text };
    });
    return [...inside, ...written].sort((one, other) => one.offset - other.offset);
  }

  /** The child of this number, an element or a text. */
  private childAt(element: number, index: number): number | { readonly text: number } | undefined {
    // A DocFragment holds a body, in front of which there may be the style sheet, which leads nowhere else.
    if (element === FRAGMENT_ELEMENT) return index === 1 || index === 2 ? BODY_ELEMENT : undefined;
    const child = this.childrenInOrder(element)[index - 1];
    return child?.kind === 'text' ? { text: child.text } : child && this.elementAt(child.offset);
  }

  /** The text of this number, or the next one where the number is that of a text without a source. */
  private textOf(element: number, ordinal: number): number | undefined {
    const texts = membersOf(this.groups().texts, element);
    const { ordinal: ordinals } = this.view.texts;
    // Nearly always the numbers are the places.
    const usual = texts[ordinal - 1];
    if (usual !== undefined && ordinals[usual] === ordinal) return usual;
    return ordinal < 1 ? undefined : texts.find((text) => (ordinals[text] ?? 0) >= ordinal);
  }

  private textBehindInvented(element: number): number | undefined {
    if (((this.view.elements.flags[element] ?? 0) & IS_INVENTED) === 0) return undefined;
    const { source } = this.view.texts;
    const before = lastAtMost(source, (this.view.elements.source[element] ?? 0) - 1, 0, source.length);
    return before + 1 < source.length ? before + 1 : before < 0 ? undefined : before;
  }

  private childNamed(parent: number, step: { readonly name: string; readonly index?: number }): number | undefined {
    const name = this.nameIndexes.get(step.name);
    if (name === undefined) return undefined;
    const children = membersOf(this.groups().elements, parent);
    const wanted = step.index ?? 1;
    // Children are grouped by name, and those of one name are in order: the first of the name is looked for by halves.
    let low = 0;
    let high = children.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.view.elements.name[children[middle] ?? 0] ?? 0) < name) low = middle + 1;
      else high = middle;
    }
    const child = wanted < 1 ? undefined : children[low + wanted - 1];
    return child !== undefined && this.view.elements.name[child] === name ? child : undefined;
  }

  /** Children by parent, made when first needed: elements in the order of their names, texts in that of the document. */
  private groups(): { readonly elements: Grouping; readonly texts: Grouping } {
    if (this.grouped !== undefined) return this.grouped;
    const { parent, name } = this.view.elements;
    const elements = groupByOwner(parent, parent.length, BODY_ELEMENT);
    for (let element = 0; element < parent.length; element++) {
      const children = membersOf(elements, element);
      if (children.length > 1) children.sort((one, other) => (name[one] ?? 0) - (name[other] ?? 0) || one - other);
    }
    this.grouped = { elements, texts: groupByOwner(this.view.texts.element, parent.length) };
    return this.grouped;
  }
}
