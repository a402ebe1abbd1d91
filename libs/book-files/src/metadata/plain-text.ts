import { scanXml } from '../xml/scan-xml.ts';

const UNSEEN = new Set(['script', 'style', 'head', 'title', 'template', 'iframe', 'object', 'svg', 'math']);
const BREAKING = /^(?:p|div|br|li|ul|ol|h[1-6]|tr|table|blockquote|section|article|hr|dd|dt|pre|empty-line|v|stanza)$/;

/** The words of an HTML text, one line a block; scripts, styles and every tag are gone. Plain text stays as it is. */
export function plainTextOfHtml(html: string): string {
  if (!/[<&]/.test(html)) return html;
  const words: string[] = [];
  let unseen = '';
  for (const token of scanXml(html)) {
    if (token.kind === 'text') {
      if (unseen === '') words.push(token.text);
      continue;
    }
    const name = token.name.toLowerCase();
    if (unseen !== '') {
      if (token.kind === 'close' && name === unseen) unseen = '';
    } else if (token.kind === 'open' && !token.isEmpty && UNSEEN.has(name)) unseen = name;
    else if (BREAKING.test(name)) words.push('\n');
  }
  return words.join('');
}
