import { GrowableColumn } from '../columns/growable.ts';
import { scanDocumentMarkup } from '../dom/scan-markup.ts';
import type { Dialect } from '../dom/scan-markup.ts';
import type { MarkupSink } from '../source/markup.ts';
import { referencedText } from '../source/references.ts';
import type { KoboView } from './kobo-view.ts';
import { SentenceSplitter } from './sentences.ts';

/** What starts a new paragraph with the next span. */
const PARAGRAPHS = new Set(['p', 'ol', 'ul', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
/** What no span is put into. */
const UNTOUCHED = new Set(['script', 'style', 'pre', 'audio', 'video', 'svg', 'math']);
const LONGEST_REFERENCE = 40;
/** Unicode's white space, which a byte order mark is none of. */
const WHITE_SPACE = /^[\p{White_Space}]*$/u;

/** Numbers the sentences of a document as kepubify does; a document that has such spans keeps its own. */
export function buildKoboView(source: string, dialect: Dialect): KoboView {
  const builder = new KoboSpanBuilder(source);
  scanDocumentMarkup(source, dialect, builder);
  return builder.finish();
}

interface SpanColumns {
  readonly paragraph: GrowableColumn;
  readonly segment: GrowableColumn;
  readonly source: GrowableColumn;
  readonly sourceEnd: GrowableColumn;
}

interface OpenElement {
  readonly name: string;
  readonly start: number;
  readonly isUntouched: boolean;
  isKoboSpan: boolean;
  kobo: readonly [number, number] | undefined;
  ownSpan: number;
}

class KoboSpanBuilder implements MarkupSink {
  private readonly source: string;
  private readonly made = spanColumns();
  private readonly found = spanColumns();
  private readonly open: OpenElement[] = [];
  private isInBody = false;
  private paragraph = 0;
  private segment = 0;
  private isParagraphPending = false;

  constructor(source: string) {
    this.source = source;
  }

  openTag(qualified: string, start: number): void {
    const name = qualified.slice(qualified.indexOf(':') + 1).toLowerCase();
    const parent = this.open.at(-1);
    const isUntouched = (parent?.isUntouched ?? false) || UNTOUCHED.has(name);
    this.open.push({ name, start, isUntouched, isKoboSpan: false, kobo: undefined, ownSpan: -1 });
    if (name === 'body') this.isInBody = true;
    else if (this.isInBody && !isUntouched && PARAGRAPHS.has(name)) this.isParagraphPending = true;
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    const top = this.open.at(-1);
    if (top === undefined || top.name !== 'span') return;
    const value = this.source.slice(valueStart, valueEnd);
    if (name === 'class') top.isKoboSpan = /(?:^|\s)koboSpan(?:\s|$)/.test(value);
    const numbers = name === 'id' ? /^kobo\.(\d+)\.(\d+)$/.exec(value) : null;
    if (numbers !== null) top.kobo = [Number(numbers[1]), Number(numbers[2])];
  }

  enterTag(end: number): void {
    const top = this.open.at(-1);
    if (top === undefined || !this.isInBody) return;
    if (top.isKoboSpan && top.kobo !== undefined) {
      top.ownSpan = this.found.source.length;
      push(this.found, top.kobo, end, end);
    }
    if (top.name !== 'img' || top.isUntouched) return;
    this.paragraph += 1;
    this.segment = 1;
    this.isParagraphPending = false;
    push(this.made, [this.paragraph, 1], top.start, end);
  }

  closeTag(_name: string, start: number): void {
    const top = this.open.pop();
    if (top === undefined) return;
    if (top.ownSpan >= 0) this.found.sourceEnd.set(top.ownSpan, start);
    if (top.name === 'body') this.isInBody = false;
  }

  text(start: number, end: number, isCdata: boolean): void {
    const top = this.open.at(-1);
    if (!this.isInBody || top === undefined || top.isUntouched) return;
    const splitter = new SentenceSplitter();
    let sentence = start;
    let isBlank = true;
    for (let at = start; at < end;) {
      const units = isCdata ? 1 : this.unitsAt(at, end);
      const character =
        units === 1 ? this.source.charAt(at) : (referencedText(this.source.slice(at, at + units)) ?? '');
      // A span cannot be put inside of a CDATA section, so all of it is one piece.
      if (splitter.startsSentence(character.charAt(0)) && !isCdata) {
        this.addPiece(sentence, at, isBlank, top.name);
        sentence = at;
        isBlank = true;
      }
      if (isBlank && !WHITE_SPACE.test(character)) isBlank = false;
      at += units;
    }
    if (end > sentence) this.addPiece(sentence, end, isBlank, top.name);
  }

  finish(): KoboView {
    const isKepub = this.found.source.length > 0;
    const { paragraph, segment, source, sourceEnd } = isKepub ? this.found : this.made;
    return {
      paragraph: paragraph.toColumn(),
      segment: segment.toColumn(),
      source: source.toColumn(),
      sourceEnd: sourceEnd.toColumn(),
      isKepub,
    };
  }

  private addPiece(start: number, end: number, isBlank: boolean, parent: string): void {
    if (isBlank && parent !== 'p') return;
    if (this.isParagraphPending) {
      this.paragraph += 1;
      this.segment = 0;
      this.isParagraphPending = false;
    }
    this.segment += 1;
    push(this.made, [this.paragraph, this.segment], start, end);
  }

  /** Units of the character at `at`: those of its reference, if it is written as one. */
  private unitsAt(at: number, end: number): number {
    if (this.source.charCodeAt(at) !== 0x26) return 1;
    const semicolon = this.source.slice(at, Math.min(end, at + LONGEST_REFERENCE)).indexOf(';');
    if (semicolon < 0) return 1;
    return referencedText(this.source.slice(at, at + semicolon + 1)) === undefined ? 1 : semicolon + 1;
  }
}

function spanColumns(): SpanColumns {
  return {
    paragraph: new GrowableColumn(),
    segment: new GrowableColumn(),
    source: new GrowableColumn(),
    sourceEnd: new GrowableColumn(),
  };
}

function push(columns: SpanColumns, [paragraph, segment]: readonly [number, number], start: number, end: number): void {
  columns.paragraph.push(paragraph);
  columns.segment.push(segment);
  columns.source.push(start);
  columns.sourceEnd.push(end);
}
