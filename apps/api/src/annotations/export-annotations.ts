import type { AnnotationDetail, AnnotationExportFormat } from '@bookorbit/contracts';

/** A file to download. */
export interface AnnotationExport {
  readonly type: string;
  readonly name: string;
  readonly body: string;
}

/** Writes annotations for other programs; those of one book stand together. */
export function exportAnnotations(
  annotations: readonly AnnotationDetail[],
  format: AnnotationExportFormat,
): AnnotationExport {
  switch (format) {
    case 'markdown':
      return { type: 'text/markdown; charset=utf-8', name: 'annotations.md', body: markdownOf(annotations) };
    case 'csv':
      return { type: 'text/csv; charset=utf-8', name: 'annotations.csv', body: csvOf(annotations) };
    case 'json':
      return {
        type: 'application/json; charset=utf-8',
        name: 'annotations.json',
        body: JSON.stringify({ annotations }, null, 2),
      };
    case 'w3c':
      return {
        type: 'application/ld+json; charset=utf-8',
        name: 'annotations.jsonld',
        body: JSON.stringify(collectionOf(annotations), null, 2),
      };
  }
}

function markdownOf(annotations: readonly AnnotationDetail[]): string {
  const books = Map.groupBy(annotations, ({ bookId }) => bookId);
  return [...books.values()].map(bookMarkdown).join('\n');
}

function bookMarkdown(annotations: readonly AnnotationDetail[]): string {
  const [first] = annotations;
  if (!first) return '';
  const lines = [`# ${oneLine(first.bookTitle)}`, ''];
  if (first.bookAuthors.length > 0) lines.push(`*${oneLine(first.bookAuthors.join(', '))}*`, '');
  let chapter: string | undefined;
  for (const annotation of annotations) {
    if (annotation.chapter !== undefined && annotation.chapter !== chapter) {
      lines.push(`## ${oneLine(annotation.chapter)}`, '');
    }
    chapter = annotation.chapter ?? chapter;
    if (annotation.text !== undefined) lines.push(...annotation.text.split(/\r?\n/).map((line) => `> ${line}`), '');
    if (annotation.note !== undefined) lines.push(annotation.note, '');
    const page = annotation.page === undefined ? '' : `page ${annotation.page}, `;
    lines.push(`<sub>${page}${annotation.createdAt.slice(0, 10)}</sub>`, '');
  }
  return lines.join('\n');
}

const CSV_COLUMNS: readonly (readonly [string, (annotation: AnnotationDetail) => string | number | undefined])[] = [
  ['id', ({ id }) => id],
  ['kind', ({ kind }) => kind],
  ['book', ({ bookTitle }) => bookTitle],
  ['authors', ({ bookAuthors }) => bookAuthors.join('; ')],
  ['chapter', ({ chapter }) => chapter],
  ['page', ({ page }) => page],
  ['style', ({ style }) => style],
  ['color', ({ colorName, color }) => colorName ?? color],
  ['text', ({ text }) => text],
  ['note', ({ note }) => note],
  ['device', ({ deviceName, source }) => deviceName ?? source],
  ['created', ({ createdAt }) => createdAt],
  ['updated', ({ updatedAt }) => updatedAt],
];

function csvOf(annotations: readonly AnnotationDetail[]): string {
  const rows = annotations.map((annotation) => CSV_COLUMNS.map(([, valueOf]) => cell(valueOf(annotation))));
  return [CSV_COLUMNS.map(([name]) => name), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // Spreadsheets run what begins like a formula.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** https://www.w3.org/TR/annotation-model/ */
function collectionOf(annotations: readonly AnnotationDetail[]): object {
  return {
    '@context': 'http://www.w3.org/ns/anno.jsonld',
    type: 'AnnotationCollection',
    total: annotations.length,
    first: { type: 'AnnotationPage', startIndex: 0, items: annotations.map(w3cAnnotation) },
  };
}

function w3cAnnotation(annotation: AnnotationDetail): object {
  const { id, kind, note, createdAt, updatedAt, bookId, fileId, bookTitle } = annotation;
  const marking = kind === 'bookmark' ? 'bookmarking' : 'highlighting';
  return {
    id: `urn:bookorbit:annotation:${id}`,
    type: 'Annotation',
    motivation: note === undefined ? marking : 'commenting',
    created: createdAt,
    modified: updatedAt,
    ...(note !== undefined && { body: { type: 'TextualBody', value: note, format: 'text/plain' } }),
    target: {
      source: { id: `urn:bookorbit:file:${fileId}`, partOf: `urn:bookorbit:book:${bookId}`, title: bookTitle },
      selector: selectorsOf(annotation),
    },
  };
}

function selectorsOf({ text, positions, page }: AnnotationDetail): object[] {
  const { cfi, xpointer, xpointerEnd } = positions;
  return [
    ...(text === undefined ? [] : [{ type: 'TextQuoteSelector', exact: text }]),
    ...(cfi === undefined
      ? []
      : [{ type: 'FragmentSelector', conformsTo: 'http://www.idpf.org/epub/linking/cfi/epub-cfi.html', value: cfi }]),
    ...(xpointer === undefined
      ? []
      : [
          {
            type: 'RangeSelector',
            startSelector: { type: 'XPathSelector', value: xpointer },
            endSelector: { type: 'XPathSelector', value: xpointerEnd ?? xpointer },
          },
        ]),
    ...(page === undefined ? [] : [{ type: 'FragmentSelector', value: `page=${page}` }]),
  ];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
