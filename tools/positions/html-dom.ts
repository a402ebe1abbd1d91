import { type Document, DOMImplementation, type Element } from '@xmldom/xmldom';
import { type DefaultTreeAdapterMap, parse } from 'parse5';

const XHTML = 'http://www.w3.org/1999/xhtml';
/** Of attributes, only these are asked for. */
const ASKED = new Set(['id', 'hidden', 'epub:type']);

/** The tree browsers make of a chapter that is no XML to them, as a document of the parser the other chapters are read by. */
export function parseHtml(source: string): Document | undefined {
  const root = parse(source).childNodes.find((node) => 'tagName' in node);
  const document = new DOMImplementation().createDocument(XHTML, 'html');
  const html = document.documentElement;
  if (root === undefined || !('tagName' in root) || html === null) return undefined;
  const pending: (readonly [DefaultTreeAdapterMap['element'], Element])[] = [[root, html]];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const [parsed, element] = next;
    for (const { name, value } of parsed.attrs) if (ASKED.has(name)) element.setAttribute(name, value);
    for (const child of parsed.childNodes) {
      if (child.nodeName === '#text' && 'value' in child) element.appendChild(document.createTextNode(child.value));
      if (!('tagName' in child)) continue;
      const made = document.createElement(child.tagName.replace(/[^\w:.-]/g, '_'));
      element.appendChild(made);
      pending.push([child, made]);
    }
  }
  return document;
}
