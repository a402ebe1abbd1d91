import { BookFileProblem } from '../problem.ts';

/** Far above any real package document; more makes a tree that fills the memory. */
const MOST_ELEMENTS = 250_000;
export const MOST_DEPTH = 1000;
/** Characters between two tags. The parser adds them up one by one, and nothing reads as much of one text. */
const MOST_TEXT_LENGTH = 100_000;
/** No book has a longer tag. */
const LONGEST_TAG = 256 * 1024;
/** Only this far up is looked for what a closing tag closes, so that hostile nesting costs no more than real one. */
const CLOSE_SEARCH_DEPTH = 64;

/** Comment, CDATA section, instruction, tag (slash, name, rest; at most 1000 quoted values), or what looks like the start of one. */
const MARKUP =
  /<!--[^]*?(?:-->|$)|<!\[CDATA\[([^]*?)(?:\]\]>|$)|<\?[^]*?(?:\?>|$)|<(\/?)([A-Za-z_\u00C0-\uFFFD][^\s/<>"'=]*)(?![^\s/<>"'=])([^<>"']*(?:(?:"[^"]*"|'[^']*')[^<>"']*){0,1000})>|<!?/g;

/** HTML closes these never. */
const VOID = /^(?:br|hr|img|wbr|input)$/i;
/** The parser throws at these, and no book has them. */
const REFUSED = /^(?:__proto__|constructor|prototype)$/;

/**
 * Makes any text XML that a parser reads to its end, in time linear in its length, under one root element: closes what is
 * open, drops closing tags without an opening one, escapes a lone "<", quotes bare attribute values. Comments, instructions
 * and document types go, and with them every entity declared in the file. Throws `unpacks_too_large` only.
 */
export function tidyXml(text: string): string {
  const tidy = new TidyXml();
  const markup = new RegExp(MARKUP);
  let at = 0;
  for (let match = markup.exec(text); match !== null; match = markup.exec(text)) {
    tidy.text(text.slice(at, match.index));
    const [written, cdata, slash, name, rest] = match;
    if (written === '<') tidy.lone();
    else if (written === '<!') markup.lastIndex = endOfDeclaration(text, markup.lastIndex);
    else if (cdata !== undefined) tidy.cdata(cdata);
    else if (name !== undefined && slash) tidy.close(name);
    else if (name !== undefined) tidy.open(name, rest ?? '');
    at = markup.lastIndex;
  }
  tidy.text(text.slice(at));
  return tidy.finished();
}

class TidyXml {
  private readonly parts = ['<root>'];
  private readonly openNames: string[] = [];
  private elements = 0;
  private textLength = 0;

  text(text: string): void {
    const kept = text.slice(0, MOST_TEXT_LENGTH - this.textLength);
    this.textLength += kept.length;
    if (kept !== '') this.parts.push(kept);
  }

  lone(): void {
    this.count();
    this.text('&lt;');
  }

  cdata(content: string): void {
    this.add(`<![CDATA[${content}]]>`);
  }

  open(name: string, written: string): void {
    if (REFUSED.test(name) || written.length > LONGEST_TAG) return;
    const isEmpty = written.endsWith('/') || VOID.test(name);
    const rest = written.replace(/\/$/, '');
    this.add(`<${name} ${withQuotes(rest)}${isEmpty ? '/>' : '>'}`);
    if (isEmpty) return;
    this.openNames.push(name);
    if (this.openNames.length > MOST_DEPTH) throw new BookFileProblem('unpacks_too_large');
  }

  close(name: string): void {
    const wanted = name.toLowerCase();
    const deepest = Math.max(0, this.openNames.length - CLOSE_SEARCH_DEPTH);
    for (let at = this.openNames.length - 1; at >= deepest; at--) {
      if (this.openNames[at]?.toLowerCase() === wanted) return this.closeDownTo(at);
    }
  }

  finished(): string {
    this.closeDownTo(0);
    this.parts.push('</root>');
    return this.parts.join('');
  }

  private closeDownTo(depth: number): void {
    while (this.openNames.length > depth) this.parts.push(`</${this.openNames.pop()}>`);
    this.textLength = 0;
  }

  private add(markup: string): void {
    this.count();
    this.parts.push(markup);
    this.textLength = 0;
  }

  private count(): void {
    if (++this.elements > MOST_ELEMENTS) throw new BookFileProblem('unpacks_too_large');
  }
}

function withQuotes(attributes: string): string {
  return attributes.replace(/"[^"]*"|'[^']*'|=\s*([^\s"']+)/g, (written, bare: string | undefined) =>
    bare === undefined ? written : `="${bare}"`,
  );
}

/** After the ">" of a declaration whose internal subset, in brackets, may hold quoted ">" and "]". */
function endOfDeclaration(text: string, from: number): number {
  const interesting = /["'[\]>]|<!--/g;
  interesting.lastIndex = from;
  let depth = 0;
  for (let match = interesting.exec(text); match !== null; match = interesting.exec(text)) {
    const mark = match[0];
    if (mark === '[') depth++;
    else if (mark === ']') depth--;
    else if (mark === '<!--') interesting.lastIndex = endOf(text, '-->', interesting.lastIndex);
    else if (mark !== '>') interesting.lastIndex = endOf(text, mark, interesting.lastIndex);
    else if (depth <= 0) return interesting.lastIndex;
  }
  return text.length;
}

function endOf(text: string, mark: string, from: number): number {
  const end = text.indexOf(mark, from);
  return end < 0 ? text.length : end + mark.length;
}
