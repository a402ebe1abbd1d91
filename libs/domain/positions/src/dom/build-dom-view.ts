import { GrowableColumn } from '../columns/growable.ts';
import { RunWriter } from '../columns/runs.ts';
import type { MarkupSink } from '../source/markup.ts';
import { referencedText } from '../source/references.ts';
import type { DomView } from './dom-view.ts';
import { scanDocumentMarkup } from './scan-markup.ts';

/** The longest reference looked for. */
const LONGEST_REFERENCE = 40;
const NO_CHUNK = 0xffffffff;

/** Builds the CFI view of one document: as XML where it is well-formed, else as HTML. A document without any element has none. */
export function buildDomView(source: string): DomView | undefined {
  const xml = new DomTreeBuilder(source);
  if (scanDocumentMarkup(source, 'xml', xml)) return xml.finish(true);
  const html = new DomTreeBuilder(source);
  scanDocumentMarkup(source, 'html', html);
  return html.finish(false);
}

interface OpenElement {
  readonly element: number;
  children: number;
  chunk: number;
}

class DomTreeBuilder implements MarkupSink {
  private readonly source: string;
  private readonly runs = new RunWriter();
  private readonly ids: string[] = [];
  private readonly parent = new GrowableColumn();
  private readonly step = new GrowableColumn();
  private readonly elementSource = new GrowableColumn();
  private readonly id = new GrowableColumn();
  private readonly childCount = new GrowableColumn();
  private readonly chunkElement = new GrowableColumn();
  private readonly chunkStep = new GrowableColumn();
  private readonly firstRun = new GrowableColumn();
  private readonly chunkLength = new GrowableColumn();
  private readonly chunkSource = new GrowableColumn();
  private readonly chunkSourceEnd = new GrowableColumn();
  private readonly open: OpenElement[] = [];
  private nextAmpersand = -1;
  private nextReturn = -1;

  constructor(source: string) {
    this.source = source;
  }

  openTag(_name: string, start: number): void {
    const top = this.open.at(-1);
    // Only the first element at the top is the root; what stands beside it is in no document.
    if (top === undefined && this.parent.length > 0) return this.ignoreElement();
    if (top !== undefined) {
      top.children += 1;
      top.chunk = NO_CHUNK;
      if (top.element >= 0) this.childCount.set(top.element, top.children);
    }
    if (top !== undefined && top.element < 0) return this.ignoreElement();
    this.parent.push(top?.element ?? 0);
    this.step.push((top?.children ?? 1) * 2);
    this.elementSource.push(start);
    this.id.push(0);
    this.childCount.push(0);
    this.open.push({ element: this.parent.length - 1, children: 0, chunk: NO_CHUNK });
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    if (name !== 'id' && name !== 'xml:id') return;
    const element = this.open.at(-1)?.element ?? -1;
    if (element < 0 || valueEnd === valueStart) return;
    this.ids.push(withReferences(this.source.slice(valueStart, valueEnd)));
    this.id.set(element, this.ids.length);
  }

  enterTag(): void {}

  closeTag(): void {
    this.open.pop();
  }

  text(start: number, end: number, isCdata: boolean): void {
    const top = this.open.at(-1);
    if (top === undefined || top.element < 0) return;
    if (top.chunk === NO_CHUNK) {
      top.chunk = this.chunkElement.length;
      this.chunkElement.push(top.element);
      this.chunkStep.push(top.children * 2 + 1);
      this.firstRun.push(this.runs.count);
      this.chunkSource.push(start);
      this.chunkSourceEnd.push(end);
      this.chunkLength.push(0);
      this.runs.startText();
    }
    this.readText(start, end, isCdata);
    this.chunkLength.set(top.chunk, this.runs.length);
    this.chunkSourceEnd.set(top.chunk, end);
  }

  finish(isWellFormed: boolean): DomView | undefined {
    if (this.parent.length === 0) return undefined;
    return {
      elements: {
        parent: this.parent.toColumn(),
        step: this.step.toColumn(),
        source: this.elementSource.toColumn(),
        id: this.id.toColumn(),
        childCount: this.childCount.toColumn(),
      },
      chunks: {
        element: this.chunkElement.toColumn(),
        step: this.chunkStep.toColumn(),
        firstRun: this.firstRun.toColumn(),
        length: this.chunkLength.toColumn(),
        source: this.chunkSource.toColumn(),
        sourceEnd: this.chunkSourceEnd.toColumn(),
      },
      runs: this.runs.toTable(),
      ids: this.ids,
      isWellFormed,
    };
  }

  private ignoreElement(): void {
    this.open.push({ element: -1, children: 0, chunk: NO_CHUNK });
  }

  private readText(start: number, end: number, isCdata: boolean): void {
    const { source, runs } = this;
    let at = start;
    while (at < end) {
      const special = this.nextSpecial(at, end, isCdata);
      if (special > at) runs.linear(at, special - at);
      if (special >= end) return;
      at = source[special] === '&' ? this.readReference(special, end) : this.readReturn(special, end);
    }
  }

  /** Where the next reference or carriage return is; remembers what it found, as most texts have neither. */
  private nextSpecial(at: number, end: number, isCdata: boolean): number {
    if (this.nextAmpersand < at) this.nextAmpersand = indexOfOrEnd(this.source, '&', at);
    if (this.nextReturn < at) this.nextReturn = indexOfOrEnd(this.source, '\r', at);
    return Math.min(end, this.nextReturn, isCdata ? end : this.nextAmpersand);
  }

  private readReference(ampersand: number, end: number): number {
    const semicolon = this.source.slice(ampersand, Math.min(end, ampersand + LONGEST_REFERENCE)).indexOf(';');
    const text = semicolon < 0 ? undefined : referencedText(this.source.slice(ampersand, ampersand + semicolon + 1));
    if (text === undefined) {
      this.runs.linear(ampersand, 1);
      return ampersand + 1;
    }
    this.runs.atom(ampersand, semicolon + 1, text.length);
    return ampersand + semicolon + 1;
  }

  /** Parsers make a line feed of CR LF, and of CR alone. */
  private readReturn(at: number, end: number): number {
    const isPair = at + 1 < end && this.source[at + 1] === '\n';
    this.runs.atom(at, isPair ? 2 : 1, 1);
    return at + (isPair ? 2 : 1);
  }
}

function indexOfOrEnd(source: string, searched: string, from: number): number {
  const found = source.indexOf(searched, from);
  return found < 0 ? source.length : found;
}

function withReferences(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(/&[#\w]+;/g, (reference) => referencedText(reference) ?? reference);
}
