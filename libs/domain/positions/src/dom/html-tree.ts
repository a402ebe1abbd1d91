import type { MarkupSink } from '../source/markup.ts';

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
/** What the search for an open paragraph stops at. */
const SCOPES = words('html body table td th caption button object applet marquee template svg math');

/**
 * Makes a tree of tags as browsers do where a chapter is no XML: ends what is left open, nests formatting anew where it overlaps, adds
 * the table bodies nobody writes. Hears tags as they are written, and tells them on properly nested.
 */
export class HtmlTree implements MarkupSink {
  private readonly sink: MarkupSink;
  private readonly open: string[] = [];
  /** Formatting that was cut off by the end of a block, and goes on with the next text. */
  private interrupted: string[] = [];

  constructor(sink: MarkupSink) {
    this.sink = sink;
  }

  openTag(name: string, start: number): void {
    if (this.isForeign() || name === 'svg' || name === 'math') return this.push(name, start);
    if (name === 'body' && !this.open.includes('head')) this.addHead(start);
    if (ENDS_PARAGRAPH.has(name)) this.closeInScope('p', start);
    if (HEADINGS.has(name) && HEADINGS.has(this.open.at(-1) ?? '')) this.popTo(this.open.length - 1, start);
    if (name === 'li') this.closeItem(['li'], start);
    if (name === 'dd' || name === 'dt') this.closeItem(['dd', 'dt'], start);
    if (name === 'option' && this.open.at(-1) === 'option') this.popTo(this.open.length - 1, start);
    if (TABLE_PARTS.has(name)) this.makeRoomInTable(name, start);
    if (name === 'a' && this.open.includes('a')) this.closeTag('a', start, start);
    if (!SPECIAL.has(name)) this.resume(start);
    this.push(name, start);
  }

  attribute(name: string, valueStart: number, valueEnd: number): void {
    this.sink.attribute(name, valueStart, valueEnd);
  }

  enterTag(end: number): void {
    this.sink.enterTag(end);
  }

  closeTag(name: string, start: number, end: number): void {
    // Whatever comes behind the end of the body is still taken into it.
    if (name === 'body' || name === 'html') return;
    const depth = this.open.lastIndexOf(name);
    if (depth < 0) {
      this.interrupted = this.interrupted.filter((each) => each !== name);
      if (name === 'p') this.addEmptyParagraph(start, end);
      return;
    }
    const between = this.open.slice(depth + 1);
    const isBlocked = !SPECIAL.has(name) && between.some((each) => SPECIAL.has(each));
    if (isBlocked || (name === 'p' && between.some((each) => SCOPES.has(each)))) return;
    this.popTo(depth, start, end);
  }

  text(start: number, end: number, isCdata: boolean): void {
    // White space in front of the head belongs to nothing.
    if (this.open.length <= 1 && !this.hasHead) return;
    this.resume(start);
    this.sink.text(start, end, isCdata);
  }

  /** Ends what is still open. */
  finish(end: number): void {
    this.popTo(0, end);
  }

  private hasHead = false;

  private push(name: string, start: number): void {
    if (name === 'head') this.hasHead = true;
    this.open.push(name);
    this.sink.openTag(name, start);
  }

  private addHead(start: number): void {
    if (this.hasHead || this.open.at(-1) !== 'html') return;
    this.push('head', start);
    this.sink.enterTag(start);
    this.popTo(this.open.length - 1, start);
  }

  private addEmptyParagraph(start: number, end: number): void {
    this.push('p', start);
    this.sink.enterTag(start);
    this.popTo(this.open.length - 1, start, end);
  }

  private closeInScope(name: string, start: number): void {
    for (let depth = this.open.length - 1; depth >= 0; depth--) {
      if (this.open[depth] === name) return this.popTo(depth, start);
      if (SCOPES.has(this.open[depth] ?? '')) return;
    }
  }

  private closeItem(names: readonly string[], start: number): void {
    for (let depth = this.open.length - 1; depth >= 0; depth--) {
      const name = this.open[depth] ?? '';
      if (names.includes(name)) return this.popTo(depth, start);
      if (SPECIAL.has(name) && name !== 'address' && name !== 'div' && name !== 'p') return;
    }
  }

  private makeRoomInTable(name: string, start: number): void {
    const table = this.open.lastIndexOf('table');
    if (table < 0) return;
    const isCell = name === 'td' || name === 'th';
    const ended = isCell ? words('td th') : name === 'tr' ? words('td th tr caption colgroup') : TABLE_PARTS;
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
    const cut = this.open.slice(depth + 1).filter((name) => FORMATTING.has(name));
    while (this.open.length > depth) this.sink.closeTag(this.open.pop() ?? '', start, end);
    this.interrupted.push(...cut);
  }

  private resume(start: number): void {
    const names = this.interrupted;
    this.interrupted = [];
    for (const name of names) {
      this.push(name, start);
      this.sink.enterTag(start);
    }
  }

  private isForeign(): boolean {
    return this.open.includes('svg') || this.open.includes('math');
  }
}
