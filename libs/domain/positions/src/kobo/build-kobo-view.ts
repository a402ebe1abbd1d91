import { GrowableColumn } from '../columns/growable.ts';
import { htmlReferenceAt, textOfHtmlReference } from '../dom/html-references.ts';
import { scanHtml } from '../dom/scan-html.ts';
import type { HtmlHabits, HtmlSink } from '../dom/scan-html.ts';
import type { KoboView } from './kobo-view.ts';
import { SentenceSplitter } from './sentences.ts';

/** What starts a new paragraph with the next span. */
const PARAGRAPHS = new Set(['p', 'ol', 'ul', 'table', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6']);
/** What no span is put into. */
const UNTOUCHED = new Set(['script', 'style', 'pre', 'audio', 'video', 'svg', 'math']);
/** kepubify takes every chapter for HTML, but lets these end as in XML; and it takes scripts for switched on. */
const KEPUBIFY: HtmlHabits = {
  selfClosing: new Set(['a', 'div', 'p', 'script', 'span', 'title']),
  raw: new Set(['noscript']),
};
/** Unicode's white space, which a byte order mark is none of. */
const WHITE_SPACE = /^[\p{White_Space}]*$/u;

/** Numbers the sentences of a document as kepubify does; a document that has such spans keeps its own. */
export function buildKoboView(source: string): KoboView {
  const builder = new KoboSpanBuilder(source);
  scanHtml(source, builder, KEPUBIFY);
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

class KoboSpanBuilder implements HtmlSink {
  private readonly source: string;
  private readonly made = spanColumns();
  private readonly found = spanColumns();
  private readonly open: OpenElement[] = [];
  private isInBody = false;
  private paragraph = 0;
  private segment = 0;
  private isParagraphPending = false;
  /** Start of the sentence being read; -1 between texts. */
  private sentence = -1;
  private textEnd = -1;
  private isBlank = true;
  private splitter = new SentenceSplitter();

  constructor(source: string) {
    this.source = source;
  }

  openTag(name: string, start: number): void {
    this.endText();
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
    this.endText();
    const top = this.open.pop();
    if (top === undefined) return;
    if (top.ownSpan >= 0) this.found.sourceEnd.set(top.ownSpan, start);
    if (top.name === 'body') this.isInBody = false;
  }

  comment(): void {
    this.endText();
  }

  text(start: number, end: number, isRaw: boolean): void {
    if (!this.isInBody || this.open.at(-1)?.isUntouched !== false) return;
    if (this.sentence < 0) this.sentence = start;
    for (let at = start; at < end;) {
      const units = isRaw ? 1 : this.unitsAt(at, end);
      const character = units === 1 ? this.source.charAt(at) : textOfHtmlReference(this.source.slice(at, at + units));
      if (this.splitter.startsSentence(character.charAt(0))) {
        this.addSentence(at);
        this.sentence = at;
      }
      if (this.isBlank && !WHITE_SPACE.test(character)) this.isBlank = false;
      at += units;
    }
    this.textEnd = end;
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

  /** A tag or a comment ends a text; what HTML leaves out, such as the end of what is not open, does not. */
  private endText(): void {
    if (this.sentence < 0) return;
    this.addSentence(this.textEnd);
    this.sentence = -1;
    this.splitter = new SentenceSplitter();
  }

  private addSentence(end: number): void {
    const isBare = this.isBlank && this.open.at(-1)?.name !== 'p';
    this.isBlank = true;
    if (isBare || end === this.sentence) return;
    if (this.isParagraphPending) {
      this.paragraph += 1;
      this.segment = 0;
      this.isParagraphPending = false;
    }
    this.segment += 1;
    push(this.made, [this.paragraph, this.segment], this.sentence, end);
  }

  /** Units of the character at `at`: those of its reference, if it is written as one. */
  private unitsAt(at: number, end: number): number {
    if (this.source.charCodeAt(at) !== 0x26) return 1;
    return htmlReferenceAt(this.source, at, end)?.units ?? 1;
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
