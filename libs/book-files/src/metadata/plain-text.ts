import { BookFileProblem } from '../problem.ts';
import { parseXml, type XmlElement } from '../xml/parse-xml.ts';

const UNSEEN = /^(?:script|style|head|title|template|iframe|object|svg|math)$/i;
const BREAKING = /^(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|hr|dd|dt|pre|empty-line|v|stanza)$/i;

/**
 * The words of an HTML text, one line a block; scripts, styles and every tag are gone. Plain text stays as it is, and of
 * what is too tangled to be read nothing is left.
 */
export function plainTextOfHtml(html: string): string {
  if (!/[<&]/.test(html)) return html;
  try {
    return wordsOf(parseXml(html));
  } catch (error) {
    if (error instanceof BookFileProblem) return '';
    throw error;
  }
}

function wordsOf({ name, children }: XmlElement): string {
  if (UNSEEN.test(name)) return '';
  const words = children.map((child) => (typeof child === 'string' ? child : wordsOf(child))).join('');
  return BREAKING.test(name) ? `\n${words}\n` : words;
}
