import type { AnnotationDetail } from '@bookorbit/contracts';
import { exportAnnotations } from './export-annotations.ts';

const RABBIT: AnnotationDetail = {
  id: 7,
  kind: 'highlight',
  bookId: 1,
  bookTitle: 'Alice',
  bookAuthors: ['Lewis Carroll'],
  fileId: 2,
  source: 'koreader',
  deviceName: 'Kobo',
  style: 'highlight',
  color: '#FACC15',
  colorName: 'yellow',
  text: 'the White Rabbit\nran "by"',
  note: '=SUM(A1)',
  chapter: 'Down the Hole',
  page: 3,
  positions: { xpointer: '/body/p[1]/text().0', xpointerEnd: '/body/p[1]/text().9', cfi: 'epubcfi(/6/4!/4)' },
  createdAt: '2026-11-18T11:06:40.000Z',
  updatedAt: '2026-11-18T11:06:40.000Z',
  version: 1,
  quality: 'exact',
};
const QUEEN: AnnotationDetail = { ...RABBIT, id: 8, text: 'the Queen', note: undefined };

describe('exportAnnotations', () => {
  it('writes Markdown by book and chapter, each named once', () => {
    const { body } = exportAnnotations([RABBIT, QUEEN, { ...RABBIT, id: 9, bookId: 5, bookTitle: 'Emma' }], 'markdown');
    expect(body.match(/^#+ .*/gm)).toEqual(['# Alice', '## Down the Hole', '# Emma', '## Down the Hole']);
    expect(body).toContain('> the White Rabbit\n> ran "by"\n\n=SUM(A1)\n');
  });

  it('writes CSV that spreadsheets read and do not run', () => {
    const { body } = exportAnnotations([RABBIT], 'csv');
    expect(body).toContain('"the White Rabbit\nran ""by""","\'=SUM(A1)"');
    expect(body.split('\r\n')[0]?.split(',')).toContain('chapter');
  });

  it('writes all there is as JSON', () => {
    expect(JSON.parse(exportAnnotations([RABBIT], 'json').body)).toEqual({ annotations: [RABBIT] });
  });

  it('writes W3C Web Annotations with every way to find the passage', () => {
    const collection = JSON.parse(exportAnnotations([RABBIT, QUEEN], 'w3c').body) as {
      total: number;
      first: { items: { motivation: string; target: { selector: { type: string }[] } }[] };
    };
    expect(collection.total).toBe(2);
    expect(collection.first.items.map(({ motivation }) => motivation)).toEqual(['commenting', 'highlighting']);
    expect(collection.first.items[0]?.target.selector.map(({ type }) => type)).toEqual([
      'TextQuoteSelector',
      'FragmentSelector',
      'RangeSelector',
      'FragmentSelector',
    ]);
  });
});
