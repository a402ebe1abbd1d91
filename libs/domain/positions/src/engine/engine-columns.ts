import { GrowableColumn } from '../columns/growable.ts';
import { RunWriter } from '../columns/runs.ts';
import { FRAGMENT_ELEMENT, IS_AFTER_INVENTED_TEXT, IS_ONLY } from './engine-view.ts';
import type { EngineView } from './engine-view.ts';

/** The tables of an engine view while they grow: text nodes that crengine throws away later are in them until the end. */
export class EngineColumns {
  readonly runs = new RunWriter();
  private readonly names: string[] = [];
  private readonly nameIndexes = new Map<string, number>();
  private readonly elementParent = new GrowableColumn();
  private readonly elementName = new GrowableColumn();
  private readonly elementOrdinal = new GrowableColumn();
  private readonly elementSource = new GrowableColumn();
  private readonly elementChildCount = new GrowableColumn();
  private readonly elementFlags = new GrowableColumn();
  private readonly textElement = new GrowableColumn();
  private readonly textOrdinal = new GrowableColumn();
  private readonly textFirstRun = new GrowableColumn();
  private readonly textLength = new GrowableColumn();
  private readonly textSource = new GrowableColumn();
  private readonly textSourceEnd = new GrowableColumn();
  private readonly textFlags = new GrowableColumn();
  private readonly textColumns = [
    this.textElement,
    this.textOrdinal,
    this.textFirstRun,
    this.textLength,
    this.textSource,
    this.textSourceEnd,
    this.textFlags,
  ];
  private siblingCounts = new Uint32Array(64);

  nameIndex(name: string): number {
    const known = this.nameIndexes.get(name);
    if (known !== undefined) return known;
    this.nameIndexes.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  addElement(parent: number, name: number, source: number): number {
    this.elementParent.push(parent);
    this.elementName.push(name);
    this.elementSource.push(source);
    this.elementOrdinal.push(1);
    this.elementChildCount.push(0);
    this.elementFlags.push(0);
    return this.elementParent.length - 1;
  }

  markElement(element: number, flags: number): void {
    this.elementFlags.set(element, this.elementFlags.at(element) | flags);
  }

  /** Adds the text whose runs were just written, from `firstRun` on. */
  addText(element: number, firstRun: number, source: number, sourceEnd: number, flags: number): number {
    this.textElement.push(element);
    this.textOrdinal.push(0);
    this.textFirstRun.push(firstRun);
    this.textLength.push(this.runs.length);
    this.textSource.push(source);
    this.textSourceEnd.push(sourceEnd);
    this.textFlags.push(flags);
    return this.textElement.length - 1;
  }

  /** Takes back the runs written from `firstRun` on: their text is not kept. */
  forgetRuns(firstRun: number): void {
    this.runs.truncate(firstRun);
  }

  nameOfElement(child: number): string {
    return isTextRef(child) ? '' : (this.names[this.elementName.at(refIndex(child))] ?? '');
  }

  /**
   * Numbers the children an element is left with, given as `ChildList` refs. Texts that are never numbered are dropped in the end.
   *
   * @param invented Children in front of which crengine has a text that is in no source.
   */
  numberChildren(element: number, children: readonly number[], invented: readonly number[] = []): void {
    const counts = this.countsFor(this.names.length);
    let texts = 0;
    let nextInvented = 0;
    for (const child of children) {
      if (child === invented[nextInvented]) {
        texts += 1;
        nextInvented += 1;
        this.markAfterInvented(child);
      }
      if (isTextRef(child)) this.textOrdinal.set(refIndex(child), ++texts);
      else {
        const name = this.elementName.at(refIndex(child));
        counts[name] = (counts[name] ?? 0) + 1;
        this.elementOrdinal.set(refIndex(child), counts[name] ?? 0);
      }
    }
    for (const child of children) {
      if (isTextRef(child)) {
        if (texts === 1) this.textFlags.set(refIndex(child), this.textFlags.at(refIndex(child)) | IS_ONLY);
      } else if (counts[this.elementName.at(refIndex(child))] === 1) this.markElement(refIndex(child), IS_ONLY);
    }
    for (const child of children) if (!isTextRef(child)) counts[this.elementName.at(refIndex(child))] = 0;
    this.elementChildCount.set(element, children.length);
  }

  private markAfterInvented(child: number): void {
    const flags = isTextRef(child) ? this.textFlags : this.elementFlags;
    flags.set(refIndex(child), flags.at(refIndex(child)) | IS_AFTER_INVENTED_TEXT);
  }

  /** Takes a text out again that was numbered: the table it lies in has no room for it. */
  forgetText(child: number): void {
    if (isTextRef(child)) this.textOrdinal.set(refIndex(child), 0);
  }

  /** The finished tables; `shift` is how much markup crengine put in front of the source, which offsets do not count. */
  toView(shift: number): EngineView {
    this.markElement(FRAGMENT_ELEMENT, IS_ONLY);
    const view = this.collect();
    if (shift > 0) {
      for (const column of [view.elements.source, view.texts.source, view.texts.sourceEnd, view.runs.source]) {
        column.forEach((offset, row) => (column[row] = Math.max(0, offset - shift)));
      }
    }
    return view;
  }

  private collect(): EngineView {
    return {
      names: this.names,
      elements: {
        parent: this.elementParent.toColumn(),
        name: this.elementName.toColumn(),
        ordinal: this.elementOrdinal.toColumn(),
        source: this.elementSource.toColumn(),
        childCount: this.elementChildCount.toColumn(),
        flags: Uint8Array.from(this.elementFlags.toColumn()),
      },
      ...this.keptTexts(),
    };
  }

  /** Moves the texts that are left, and their runs, together in place. */
  private keptTexts(): Pick<EngineView, 'texts' | 'runs'> {
    const { runs } = this;
    let kept = 0;
    let keptRuns = 0;
    for (let text = 0; text < this.textElement.length; text++) {
      if (this.textOrdinal.at(text) === 0) continue;
      const from = this.textFirstRun.at(text);
      const end = this.endOfRuns(text);
      if (from !== keptRuns) runs.move(keptRuns, from, end);
      for (const column of this.textColumns) column.set(kept, column.at(text));
      this.textFirstRun.set(kept, keptRuns);
      keptRuns += end - from;
      kept += 1;
    }
    for (const column of this.textColumns) column.length = kept;
    runs.truncate(keptRuns);
    return {
      texts: {
        element: this.textElement.toColumn(),
        ordinal: this.textOrdinal.toColumn(),
        firstRun: this.textFirstRun.toColumn(),
        length: this.textLength.toColumn(),
        source: this.textSource.toColumn(),
        sourceEnd: this.textSourceEnd.toColumn(),
        flags: Uint8Array.from(this.textFlags.toColumn()),
      },
      runs: runs.toTable(),
    };
  }

  private endOfRuns(text: number): number {
    return text + 1 < this.textFirstRun.length ? this.textFirstRun.at(text + 1) : this.runs.count;
  }

  private countsFor(names: number): Uint32Array {
    if (this.siblingCounts.length < names) this.siblingCounts = new Uint32Array(names * 2);
    return this.siblingCounts;
  }
}

/** A child in a list of children: the index of a text or an element, and which of the two it is. */
export function textRef(text: number): number {
  return text * 2 + 1;
}

export function elementRef(element: number): number {
  return element * 2;
}

export function isTextRef(ref: number): boolean {
  return ref % 2 === 1;
}

export function refIndex(ref: number): number {
  return Math.floor(ref / 2);
}
