import { GrowableColumn } from '../columns/growable.ts';
import { RunWriter } from '../columns/runs.ts';
import type { DomView } from './dom-view.ts';
import { htmlReferenceAt, withHtmlReferences } from './html-references.ts';
import { scanHtml } from './scan-html.ts';
import type { HtmlSink } from './scan-html.ts';
import { scanXml } from './scan-xml.ts';
import { readXmlProlog } from './xml-prolog.ts';
import type { XmlProlog } from './xml-prolog.ts';

const NO_CHUNK = 0xffffffff;

/**
 * Builds the CFI view of one document: as XML where browsers take it for that, else as HTML, as web readers then do. A document without
 * any element has none.
 */
export function buildDomView(source: string): DomView | undefined {
  const prolog = readXmlProlog(source);
  if (prolog !== undefined) {
    const xml = new DomTreeBuilder(source, (at) => xmlReferenceAt(source, at, prolog));
    if (scanXml(source, prolog, xml)) return xml.finish(true);
  }
  const html = new DomTreeBuilder(source, (at, end) => htmlReferenceAt(source, at, end));
  scanHtml(source, html);
  return html.finish(false);
}

/** A reference in the source: how long it is, and the characters it stands for. */
export interface SourceReference {
  readonly units: number;
  readonly count: number;
}

/** In a document that was taken for XML, every reference is complete and known. */
function xmlReferenceAt(source: string, at: number, { textOfEntity }: XmlProlog): SourceReference {
  const units = source.indexOf(';', at) + 1 - at;
  const name = source.slice(at + 1, at + units - 1);
  if (!name.startsWith('#')) return { units, count: (textOfEntity(name) ?? '').length };
  const isAstral = Number(name.startsWith('#x') ? `0x${name.slice(2)}` : name.slice(1)) > 0xffff;
  return { units, count: isAstral ? 2 : 1 };
}

/** The reference an ampersand begins, before `end`; undefined where it is an ampersand only. */
type ReferenceReader = (ampersand: number, end: number) => SourceReference | undefined;

interface OpenElement {
  readonly element: number;
  children: number;
  chunk: number;
}

class DomTreeBuilder implements HtmlSink {
  private readonly source: string;
  private readonly referenceAt: ReferenceReader;
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

  constructor(source: string, referenceAt: ReferenceReader) {
    this.source = source;
    this.referenceAt = referenceAt;
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
    this.ids.push(withHtmlReferences(this.source.slice(valueStart, valueEnd)));
    this.id.set(element, this.ids.length);
  }

  enterTag(): void {}

  comment(): void {}

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
    const reference = this.referenceAt(ampersand, end);
    if (reference === undefined) {
      this.runs.linear(ampersand, 1);
      return ampersand + 1;
    }
    const { units, count } = reference;
    if (count > 0) this.runs.atom(ampersand, units, count);
    return ampersand + units;
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
