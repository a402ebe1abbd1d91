import type { MarkupSink } from '../source/markup.ts';
import { scanHtml } from './scan-html.ts';
import { scanXml } from './scan-xml.ts';
import { readXmlProlog } from './xml-prolog.ts';

/** XML for books as they should be; HTML for those no XML parser would take. */
export type Dialect = 'xml' | 'html';

/** Reads markup as browsers do, in the dialect they take it for. */
export function scanDocumentMarkup(source: string, dialect: Dialect, sink: MarkupSink): void {
  const prolog = dialect === 'xml' ? readXmlProlog(source) : undefined;
  if (prolog === undefined) scanHtml(source, sink);
  else scanXml(source, prolog, sink);
}
