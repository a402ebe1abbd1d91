/** The first DOM version with a fragment for every item of the spine, readable or not. */
export const DOM_VERSION_OF_RELAXED_SPINE = 20240114;

/** crengine looks at this much of a file to see whether it is HTML or SVG. */
const HTML_HEAD = 2048;
const SVG_HEAD = 8192;
const SHORTEST_FILE = 31;

/** What is known of a spine item before it is read. */
export interface SpineItemNames {
  /** Path in the zip, or where it would be. */
  readonly path: string;
  readonly mediaType: string;
  readonly idref: string;
}

/** The markup crengine makes a fragment of. For SVG and placeholders it writes markup of its own around. */
export interface EngineSource {
  readonly kind: 'document' | 'svg' | 'placeholder';
  readonly markup: string;
  /** Length of what was put in front of the item's own text. */
  readonly offset: number;
}

/** What crengine reads for a spine item; `text` is undefined when it does not find the file. */
export function engineSourceOf(text: string | undefined, item: SpineItemNames): EngineSource {
  if (text !== undefined) {
    if (looksLikeHtml(text, item.path) && hasBody(text)) return { kind: 'document', markup: text, offset: 0 };
    if (looksLikeSvg(text)) {
      const start = '<html><body><autoboxing>';
      return { kind: 'svg', markup: `${start}${text}</autoboxing></body></html>`, offset: start.length };
    }
  }
  return { kind: 'placeholder', markup: placeholderMarkup(item), offset: 0 };
}

/** The page crengine shows in place of a document it cannot read. */
export function placeholderMarkup(item: SpineItemNames): string {
  const sentence = `Failed handling EPUB spine item '${item.path}' (${item.mediaType}, ${item.idref}).`;
  return `<html><body><pre>${sentence}</pre></body></html>`;
}

function looksLikeHtml(text: string, path: string): boolean {
  if (text.length < SHORTEST_FILE) return false;
  const head = text.slice(0, HTML_HEAD).toLowerCase();
  if (head.includes('<html') && (head.includes('<head') || head.includes('<body'))) return true;
  const doctype = head.indexOf('<!doctype ');
  const html = doctype < 0 ? -1 : head.indexOf('html', doctype);
  // crengine means to look close after the doctype, but measures from the start of the file.
  if (html >= 0 && html < 32) return true;
  return /\.(?:html?|hhc|xhtml)$/i.test(path) && /<!--|ul|<p>/.test(head);
}

function hasBody(text: string): boolean {
  return /<(?:[a-z]+:)?body[\s/>]/i.test(text);
}

function looksLikeSvg(text: string): boolean {
  const head = text.slice(0, SVG_HEAD);
  return head.includes('<svg') && !head.includes('<html') && text.length >= SHORTEST_FILE;
}
