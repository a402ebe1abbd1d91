import { isBlank } from '../source/markup.ts';
import type { MarkupSink } from '../source/markup.ts';

/** So much of a document type is looked at: real ones are short, and one made to hurt costs its square to search. */
const LONGEST_TYPE = 1000;

/** Document types in front of which browsers lay out, and read, as they did when those were new. */
const OLD_TYPE =
  /\bpublic\s*["'](?:html["']|[^"']*\bdtd html (?:[23]\b|4\.0 (?:frameset|transitional)\b|4\.01 (?:frameset|transitional)\/\/[^"']*["']\s*>)|[^"']*\bietf\b)/i;

const words = (names: string): ReadonlySet<string> => new Set(names.split(/\s+/));

const FORMATTING = words('a b big code em font i nobr s small strike strong tt u');
/** What an open paragraph ends in front of. */
const ENDS_PARAGRAPH = words(
  `address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header
  hgroup hr li listing main menu nav ol p plaintext pre search section summary table ul xmp`,
);
const HEADINGS = words('h1 h2 h3 h4 h5 h6');
const TABLE_PARTS = words('caption colgroup tbody thead tfoot tr td th');
/** Elements no tag closes by accident. */
const SPECIAL = words(
  `address applet area article aside base basefont bgsound blockquote body br button caption center col colgroup dd details dir div dl dt
  embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input keygen li link
  listing main marquee menu meta nav noembed noframes noscript object ol p param plaintext pre script search section select source style
  summary table tbody td template textarea tfoot th thead title tr track ul wbr xmp`,
);
const ITEMS = ['li'];
const TERMS = ['dd', 'dt'];
const ENDS_FOR_CELL = words('td th');
const ENDS_FOR_ROW = words('td th tr caption colgroup');
/** What lies in the head, whether it is written or not. */
const IN_HEAD = words('base basefont bgsound link meta noframes noscript script style template title');
const RAW_IN_HEAD = words('noframes script style title template');
/** Special elements that formatting which was cut off goes on around. */
const RESUMES = words('br area embed img keygen wbr input button select applet marquee object xmp');
/** Drawings and formulas end in front of these. */
const LEAVES_FOREIGN = words(
  `b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s
  small span strong strike sub sup table tt u ul var`,
);
/** Parts of formulas and drawings that hold HTML. */
const INTEGRATION_POINTS = words('mi mo mn ms mtext annotation-xml foreignobject desc title');
const FOREIGN_TEXTS = words('mi mo mn ms mtext annotation-xml');
/** What is formatted inside of these ends with them, and what was cut off before does not go on inside. */
const ENCLOSES_FORMATTING = words('td th caption applet object marquee template');
/** Stands for one of them among what was cut off. */
const ENCLOSED = '';
/** As deep as browsers nest. */
const DEEPEST = 512;
/** Formatting that was cut off goes on at most so often. */
const MOST_OF_ONE_NAME = 3;
const MOST_INTERRUPTED = 64;
/** What the search for an open paragraph stops at. */
const SCOPES = words('html body table td th caption button object applet marquee template svg math');

/**
 * Makes a tree of tags as browsers do where a chapter is no XML: ends what is left open, nests formatting anew where it overlaps, adds
 * the table bodies nobody writes. Hears tags as they are written, and tells them on properly nested.
 */
export class HtmlTree {
  /** Without a document type, or with one of the nineties, a table does not end the paragraph it is in. */
  isQuirky = true;
  private readonly source: string;
  private readonly sink: MarkupSink;
  private readonly open: string[] = [];
  /** How often each name is among the open elements. */
  private readonly openCounts = new Map<string, number>();
  /** Formatting that was cut off by the end of a block, and goes on with the next text. */
  private readonly interrupted: string[] = [];
  private mode: 'before head' | 'in head' | 'after head' | 'in body' = 'before head';
  /** The tag just read is that of no element. */
  private isIgnored = false;
  /** Offset behind a tag after which a line feed is left out. */
  private lineFeedAt = -1;
  private isBehindBody = false;
  /** Whether the element told last lies deeper than browsers nest. */
  private isFlattened = false;

  constructor(source: string, sink: MarkupSink) {
    this.source = source;
    this.sink = sink;
  }

  openTag(name: string, start: number): void {
    this.isIgnored = false;
    if (this.isForeign() && !this.isIntegrated()) {
      if (!LEAVES_FOREIGN.has(name)) return this.push(name, start);
      while (this.isForeign() && !this.isIntegrated()) this.popTo(this.open.length - 1, start);
    }
    if (this.mode !== 'in body' && this.isOpenedOutsideBody(name, start)) return;
    this.openInBody(name, start);
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    if (!this.isIgnored) this.sink.attribute(name, valueStart, valueEnd);
  }

  enterTag(end: number): void {
    if (this.isIgnored) return;
    this.sink.enterTag(end);
    const top = this.open.at(-1) ?? '';
    if (top === 'pre' || top === 'listing' || top === 'textarea') this.lineFeedAt = end;
  }

  /** Ends the element just opened, which holds nothing. */
  closeTop(start: number, end: number): void {
    if (!this.isIgnored) this.popTo(this.open.length - 1, start, end);
  }

  closeTag(name: string, start: number, end: number): void {
    // Whatever comes behind the end of the body is still taken into it.
    if (name === 'body' || name === 'html') {
      if (this.mode !== 'in body') this.enterBody(start);
      this.isBehindBody = true;
      return;
    }
    if (this.mode !== 'in body' && this.isClosedOutsideBody(name, start)) return;
    if (name === 'br') return this.addEmpty('br', start, end);
    const depth = this.isOpen(name) ? this.open.lastIndexOf(name) : -1;
    if (depth < 0) {
      this.forget(name);
      if (name === 'p') this.addEmpty('p', start, end);
      return;
    }
    if (this.isShielded(name, depth)) return;
    this.popTo(depth, start, end);
  }

  text(start: number, end: number, isCdata: boolean): void {
    let from = start;
    if (this.lineFeedAt === start) from = this.afterLineFeed(start);
    this.lineFeedAt = -1;
    if (this.mode !== 'in body' && !RAW_IN_HEAD.has(this.open.at(-1) ?? '')) {
      from = this.readSpaces(from, end);
      if (from < end) this.enterBody(from);
    }
    if (from >= end) return;
    if (this.isBehindBody) this.isBehindBody = isBlank(this.source, from, end);
    if (!this.isBehindBody) this.resume(from);
    this.sink.text(from, end, isCdata);
  }

  /** Ends what is still open. */
  finish(end: number): void {
    if (this.mode !== 'in body') this.enterBody(end);
    this.popTo(0, end);
  }

  /** A document type; one behind the first tag is none. */
  documentType(start: number, end: number): void {
    if (this.open.length > 0) return;
    const declaration = this.source.slice(start, Math.min(end, start + LONGEST_TYPE));
    this.isQuirky = !/^<!doctype\s+html\s*(?:>|public\s|system\s)/i.test(declaration) || OLD_TYPE.test(declaration);
  }

  isForeign(): boolean {
    return this.isOpen('svg') || this.isOpen('math');
  }

  private openInBody(name: string, start: number): void {
    if (name === 'body' || name === 'head' || name === 'html' || name === 'frame' || name === 'frameset') {
      this.isIgnored = true;
      return;
    }
    if (TABLE_PARTS.has(name) || name === 'col') {
      if (!this.isOpen('table')) this.isIgnored = true;
      else this.openInTable(name, start);
      return;
    }
    if (ENDS_PARAGRAPH.has(name) && !(name === 'table' && this.isQuirky)) this.closeInScope('p', start);
    if (HEADINGS.has(name) && HEADINGS.has(this.open.at(-1) ?? '')) this.popTo(this.open.length - 1, start);
    if (name === 'li') this.closeItem(ITEMS, start);
    if (name === 'dd' || name === 'dt') this.closeItem(TERMS, start);
    if (name === 'option' && this.open.at(-1) === 'option') this.popTo(this.open.length - 1, start);
    if (name === 'a' && this.isOpen('a')) this.closeTag('a', start, start);
    // A new link ends the one that was cut off as well.
    if (name === 'a') this.forget('a');
    if (!SPECIAL.has(name) || RESUMES.has(name)) this.resume(start);
    this.push(name === 'image' ? 'img' : name, start);
  }

  private openInTable(name: string, start: number): void {
    if (name === 'colgroup' || name === 'col' || name === 'caption') this.closeToTable(start);
    else this.makeRoomInTable(name, start);
    if (name === 'col' && this.open.at(-1) !== 'colgroup') this.addPart('colgroup', start);
    this.push(name, start);
  }

  /** The parts of a table that end in front of a caption or columns. */
  private closeToTable(start: number): void {
    const table = this.open.lastIndexOf('table');
    const depth = this.open.findIndex((each, index) => index > table && TABLE_PARTS.has(each));
    if (depth >= 0 && !(this.open[depth] === 'colgroup' && depth === this.open.length - 1)) this.popTo(depth, start);
  }

  /** Whether a tag in front of the body was that of something there. */
  private isOpenedOutsideBody(name: string, start: number): boolean {
    if (name === 'html') {
      if (this.open.length > 0) this.isIgnored = true;
      else this.push(name, start);
      return true;
    }
    this.enterHtml(start);
    if (this.mode === 'before head') {
      this.push('head', start);
      this.mode = 'in head';
      if (name === 'head') return true;
      this.sink.enterTag(start);
    }
    if (name === 'head') {
      this.isIgnored = true;
      return true;
    }
    if (this.mode === 'in head') {
      if (IN_HEAD.has(name)) {
        this.push(name, start);
        return true;
      }
      this.leaveHead(start);
    }
    if (name !== 'body') {
      this.enterBody(start);
      return false;
    }
    this.push('body', start);
    this.mode = 'in body';
    return true;
  }

  private isClosedOutsideBody(name: string, start: number): boolean {
    const top = this.open.at(-1);
    if (name === 'head') {
      if (this.mode === 'in head') this.leaveHead(start);
      return true;
    }
    if (name === 'br' || name === 'p') this.enterBody(start);
    else if (top === name) this.popTo(this.open.length - 1, start);
    return name !== 'br' && name !== 'p';
  }

  /** White space in front of a body; returns where something else begins. */
  private readSpaces(start: number, end: number): number {
    let at = start;
    while (at < end && isBlank(this.source, at, at + 1)) at++;
    // In front of the head it belongs to nothing.
    if (at > start && this.mode !== 'before head') this.sink.text(start, at, false);
    return at;
  }

  private enterHtml(start: number): void {
    if (this.open.length > 0) return;
    this.push('html', start);
    this.sink.enterTag(start);
  }

  private enterBody(start: number): void {
    this.enterHtml(start);
    if (this.mode === 'before head') this.addEmpty('head', start, start);
    if (this.mode === 'in head') this.leaveHead(start);
    this.push('body', start);
    this.sink.enterTag(start);
    this.mode = 'in body';
  }

  private leaveHead(start: number): void {
    this.popTo(1, start);
    this.mode = 'after head';
  }

  /** Whether something in between keeps an end tag from what it would end. */
  private isShielded(name: string, depth: number): boolean {
    const isSpecial = SPECIAL.has(name);
    for (let at = this.open.length - 1; at > depth; at--) {
      const between = this.open[at] ?? '';
      if (isSpecial ? SCOPES.has(between) && !TABLE_PARTS.has(name) && name !== 'table' : SPECIAL.has(between))
        return true;
      if (between === 'table' && TABLE_PARTS.has(name)) return true;
    }
    return false;
  }

  private afterLineFeed(start: number): number {
    if (this.source[start] === '\n') return start + 1;
    if (this.source[start] !== '\r') return start;
    return this.source[start + 1] === '\n' ? start + 2 : start + 1;
  }

  private isOpen(name: string): boolean {
    return (this.openCounts.get(name) ?? 0) > 0;
  }

  /** Whether the element inside of a drawing or a formula holds HTML again. */
  private isIntegrated(): boolean {
    for (let at = this.open.length - 1; at >= 0; at--) {
      const name = this.open[at] ?? '';
      if (name === 'svg' || name === 'math') return false;
      if (INTEGRATION_POINTS.has(name)) return at === this.open.length - 1 || !FOREIGN_TEXTS.has(name);
    }
    return false;
  }

  private push(name: string, start: number): void {
    this.open.push(name);
    this.openCounts.set(name, (this.openCounts.get(name) ?? 0) + 1);
    // Browsers nest no deeper, and put what would be deeper beside it.
    if (this.open.length > DEEPEST) this.closeFlattened(start, start);
    this.isFlattened = this.open.length > DEEPEST;
    this.sink.openTag(name, start);
    if (ENCLOSES_FORMATTING.has(name)) this.interrupted.push(ENCLOSED);
  }

  private closeFlattened(start: number, end: number): void {
    if (this.isFlattened) this.sink.closeTag('', start, end);
    this.isFlattened = false;
  }

  private addEmpty(name: string, start: number, end: number): void {
    this.push(name, start);
    this.sink.enterTag(start);
    this.popTo(this.open.length - 1, start, end);
  }

  private closeInScope(name: string, start: number): void {
    if (!this.isOpen(name)) return;
    for (let depth = this.open.length - 1; depth >= 0; depth--) {
      if (this.open[depth] === name) return this.popTo(depth, start);
      if (SCOPES.has(this.open[depth] ?? '')) return;
    }
  }

  private closeItem(names: readonly string[], start: number): void {
    if (!names.some((name) => this.isOpen(name))) return;
    for (let depth = this.open.length - 1; depth >= 0; depth--) {
      const name = this.open[depth] ?? '';
      if (names.includes(name)) {
        this.popTo(depth, start);
        break;
      }
      if (SPECIAL.has(name) && name !== 'address' && name !== 'div' && name !== 'p') break;
    }
    this.closeInScope('p', start);
  }

  private makeRoomInTable(name: string, start: number): void {
    const table = this.open.lastIndexOf('table');
    const isCell = name === 'td' || name === 'th';
    const ended = isCell ? ENDS_FOR_CELL : name === 'tr' ? ENDS_FOR_ROW : TABLE_PARTS;
    const depth = this.open.findIndex((each, index) => index > table && ended.has(each));
    if (depth >= 0) this.popTo(depth, start);
    if ((isCell || name === 'tr') && this.open.at(-1) === 'table') this.addPart('tbody', start);
    if (isCell && this.open.at(-1) !== 'tr' && this.open.length > table + 1) this.addPart('tr', start);
  }

  private addPart(name: string, start: number): void {
    this.push(name, start);
    this.sink.enterTag(start);
  }

  /** Closes everything from `depth` on; formatting closed on the way, though it was not meant, goes on later. */
  private popTo(depth: number, start: number, end = start): void {
    let cut: string[] = [];
    while (this.open.length > depth) {
      const name = this.open.pop() ?? '';
      this.openCounts.set(name, (this.openCounts.get(name) ?? 1) - 1);
      if (this.open.length >= DEEPEST) this.closeFlattened(start, end);
      else this.sink.closeTag(name, start, end);
      if (FORMATTING.has(name) && this.open.length > depth) cut.push(name);
      // What is formatted in a cell ends with it.
      if (!ENCLOSES_FORMATTING.has(name)) continue;
      cut = [];
      this.interrupted.length = Math.max(0, this.interrupted.lastIndexOf(ENCLOSED));
    }
    for (const name of cut.reverse()) this.interrupt(name);
  }

  /** Formatting that was cut off does not go on. */
  private forget(name: string): void {
    const at = this.interrupted.lastIndexOf(name);
    if (at > this.interrupted.lastIndexOf(ENCLOSED)) this.interrupted.splice(at, 1);
  }

  private interrupt(name: string): void {
    if (this.interrupted.length >= MOST_INTERRUPTED) return;
    let same = 0;
    for (const each of this.interrupted) same = each === name ? same + 1 : each === ENCLOSED ? 0 : same;
    if (same < MOST_OF_ONE_NAME) this.interrupted.push(name);
  }

  private resume(start: number): void {
    if (this.interrupted.length === 0 || this.interrupted.at(-1) === ENCLOSED) return;
    const from = this.interrupted.lastIndexOf(ENCLOSED) + 1;
    for (const name of this.interrupted.splice(from)) this.addPart(name, start);
  }
}
