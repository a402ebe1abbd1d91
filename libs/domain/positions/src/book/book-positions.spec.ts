import { buildDocumentIndex } from '../document-index.ts';
import { BookPositions } from './book-positions.ts';
import { DocumentPool } from './document-cache.ts';
import type { PositionedBook } from './positioned-book.ts';
import type { TranslationRequest } from './translation.ts';

const FIRST = page(
  '<h1>One</h1><p>It was the <i>best</i> of times, it was the worst of times.</p><p><img src="x.png"/></p>',
);
const SECOND = page(
  '<h1>Two</h1><p>There were a king with a large jaw and a queen with a plain face, on the throne of England.</p>',
);

describe('positions in a book', () => {
  it('go from KOReader to a web reader and back', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    const start = '/body/DocFragment[1]/body/p[1]/i/text().0';
    const end = '/body/DocFragment[1]/body/p[1]/text()[2].9';
    const cfi = await positions.translate({ from: 'xpointer', to: 'cfi', start, end });
    expect(cfi).toMatchObject({
      kind: 'exact',
      start: 'epubcfi(/6/2[r0]!/4/4/2/1:0)',
      end: 'epubcfi(/6/2[r0]!/4/4/3:9)',
    });
    if (cfi.kind === 'lost') return;
    expect(await positions.translate({ from: 'cfi', to: 'xpointer', start: cfi.start, end: cfi.end })).toMatchObject({
      start,
      end,
    });
  });

  it.each([
    ['the first word', 'h1/text().0', 'h1/text().0', '/4/2/1:0', '/4/2/1:0'],
    ['the start of a paragraph', 'p[1]/text()[1].0', 'p[1]/text()[1].0', '/4/4/1:0', '/4/4/1:0'],
    ['behind a word', 'p[1]/i/text().4', 'p[1]/i/text().4', '/4/4/3:0', '/4/4/3:0'],
    ['a picture', 'p[2]/img.0', 'p[3]/text().0', '/4/6/2', '/4/8/1:0'],
  ])(
    'end where they start, not in front of it, when they are empty or hold no text: %s',
    async (_what, start, end, first, last) => {
      const document = page('<h1>One</h1><p>It was the <i>best</i> of times.</p><p><img src="x.png"/></p><p>After</p>');
      const positions = new BookPositions(bookOf([document, SECOND]));
      const inBody = (pointer: string): string => `/body/DocFragment[1]/body/${pointer}`;
      const request = { from: 'xpointer', to: 'cfi', start: inBody(start), end: inBody(end) } as const;
      const cfi = await positions.translate(request);
      expect(cfi).toMatchObject({
        kind: 'exact',
        start: `epubcfi(/6/2[r0]!${first})`,
        end: `epubcfi(/6/2[r0]!${last})`,
      });
      if (cfi.kind === 'lost') return;
      const back = { from: 'cfi', to: 'xpointer', start: cfi.start, end: cfi.end } as const;
      const returned = await positions.translate(back);
      if (start.endsWith('.0')) expect(returned).toMatchObject({ start: request.start, end: request.end });
      const span = await positions.translate({ ...request, to: 'kobospan' });
      if (span.kind !== 'lost' && start === end) expect(span.end).toBe(span.start);
    },
  );

  it('end in a body, never in front of it', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND.replace('<body>', '\n<body>')]));
    const start = '/body/DocFragment[1]/body/h1/text().0';
    const end = '/body/DocFragment[2]/body/h1/text().0';
    expect(await positions.translate({ from: 'xpointer', to: 'cfi', start, end })).toMatchObject({
      kind: 'exact',
      end: 'epubcfi(/6/4[r1]!/4/2/1:0)',
    });
    expect(await positions.translate({ from: 'xpointer', to: 'kobospan', start, end })).toMatchObject({
      end: 'OEBPS/c1.xhtml#kobo.1.1',
    });
  });

  it('are turned round where a range ends in front of its start, and not relied on', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]), { givesText: true });
    const inFirst = '/body/DocFragment[1]/body/p[1]/i/text()';
    const request = { from: 'xpointer', to: 'cfi', start: `${inFirst}.4`, end: `${inFirst}.0` } as const;
    expect(await positions.translate(request)).toMatchObject({
      kind: 'nearby',
      start: 'epubcfi(/6/2[r0]!/4/4/2/1:0)',
      end: 'epubcfi(/6/2[r0]!/4/4/2/1:4)',
      text: 'best',
    });
    expect(await positions.translate({ ...request, start: '/body/DocFragment[2]/body/h1/text().0' })).toMatchObject({
      kind: 'nearby',
      start: 'epubcfi(/6/2[r0]!/4/4/2/1:0)',
    });
  });

  it('may be elements, and a whole body', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    for (const start of [
      '/body/DocFragment[1]/body/p[2]/img.0',
      '/body/DocFragment[2]/body',
      '/body/DocFragment[1]/body/p[1]',
    ]) {
      const cfi = await positions.translate({ from: 'xpointer', to: 'cfi', start });
      expect(cfi.kind).toBe('exact');
      if (cfi.kind !== 'lost')
        expect(await positions.translate({ from: 'cfi', to: 'xpointer', start: cfi.start })).toMatchObject({ start });
    }
  });

  it('are written with every index for newer KOReaders', async () => {
    const positions = new BookPositions(bookOf([FIRST]), { domVersion: 20260812 });
    const request = { from: 'cfi', to: 'xpointer', start: 'epubcfi(/6/2!/4/4/2/1:1)' } as const;
    expect(await positions.translate(request)).toMatchObject({
      start: '/body[1]/DocFragment[1]/body[1]/p[1]/i[1]/text()[1].1',
    });
  });

  it('count only itemrefs of the manifest as fragments, and all of them in CFIs', async () => {
    const book = bookOf([FIRST, SECOND]);
    const [first, second] = book.spine.items;
    if (first === undefined || second === undefined) throw new Error('two items');
    const broken = { ...first, idref: 'gone', itemrefId: 'gone', inManifest: false, zipPath: undefined };
    const items = [broken, { ...first, itemrefPosition: 2 }, { ...second, itemrefPosition: 3 }];
    const positions = new BookPositions({
      ...book,
      spine: { ...book.spine, items },
      loadDocument: (index) => book.loadDocument(index - 1),
      loadText: (index) => book.loadText(index - 1),
    });
    const start = '/body/DocFragment[2]/body/h1/text().1';
    expect(await positions.translate({ from: 'xpointer', to: 'cfi', start })).toMatchObject({
      start: 'epubcfi(/6/6[r1]!/4/2/1:1)',
    });
  });

  it('are in the only page KOReader shows of a zip that is no EPUB to it, and nowhere else', async () => {
    const book = bookOf([FIRST, SECOND]);
    const spine = { ...book.spine, onlyPage: book.spine.items[1]?.zipPath ?? '' };
    const positions = new BookPositions({ ...book, spine });
    const start = '/html/body/h1/text().1';
    const cfi = await positions.translate({ from: 'xpointer', to: 'cfi', start });
    expect(cfi).toMatchObject({ kind: 'exact', start: 'epubcfi(/6/4[r1]!/4/2/1:1)' });
    const back = (of: string) => positions.translate({ from: 'cfi', to: 'xpointer', start: of });
    expect(await back('epubcfi(/6/4!/4/2/1:1)')).toMatchObject({ kind: 'exact', start });
    expect(await back('epubcfi(/6/2!/4/2/1:1)')).toMatchObject({ kind: 'lost' });
    const fragment = '/body/DocFragment[2]/body/h1/text().1';
    expect(await positions.translate({ from: 'xpointer', to: 'cfi', start: fragment })).toMatchObject({ kind: 'lost' });
  });

  it('are nowhere in a book KOReader shows no page of, but still translate between other readers', async () => {
    const book = bookOf([FIRST, SECOND]);
    const positions = new BookPositions({ ...book, spine: { ...book.spine, onlyPage: '' } });
    const start = 'epubcfi(/6/4!/4/2/1:1)';
    expect(await positions.translate({ from: 'cfi', to: 'xpointer', start })).toMatchObject({ kind: 'lost' });
    expect(await positions.translate({ from: 'cfi', to: 'kobospan', start })).toMatchObject({ kind: 'exact' });
    const pages = '/html/body/h1/text().1';
    expect(await positions.translate({ from: 'xpointer', to: 'cfi', start: pages })).toMatchObject({ kind: 'lost' });
  });

  it.each([
    ['an anchor', '#_doc_fragment_1_ here', '/4/4[here;s=b]'],
    ['a document by its anchor', '#_doc_fragment_1', '/4[;s=b]'],
    ['the same with an empty id', '#_doc_fragment_1_', '/4[;s=b]'],
    ['an anchor that is gone', '#_doc_fragment_1_ gone', '/4[;s=b]'],
    ['a child by its number', '/body/DocFragment[2]/body/2', '/4/4[here;s=b]'],
    ['a text by its number', '/body/DocFragment[2]/body/2/1.3', '/4/4[here]/1:3'],
    ['numbers all the way', '/1/2/1/2/1.3', '/4/4[here]/1:3'],
    ['the same behind a style sheet', '/1/2/2/2', '/4/4[here;s=b]'],
    ['a child behind the last', '/body/DocFragment[2]/body/9', '/4[;s=b]'],
    ['a text behind a text', '/body/DocFragment[2]/body/2/1/1', '/4/4[here]/1:0'],
  ])('may be %s', async (_what, start, path) => {
    const positions = new BookPositions(bookOf([FIRST, SECOND.replace('<p>', '<p id="here">')]));
    const found = await positions.translate({ from: 'xpointer', to: 'cfi', start });
    expect(found).toMatchObject({ start: `epubcfi(/6/4[r1]!${path})` });
  });

  it('are anchors by all itemrefs with an item, though old versions make no fragment of each', async () => {
    const book = bookOf([FIRST, FIRST, SECOND.replace('<p>', '<p id="here">')]);
    const [first, picture, last] = book.spine.items;
    if (first === undefined || picture === undefined || last === undefined) throw new Error('three items');
    const items = [{ ...first, inManifest: false }, { ...picture, mediaType: 'image/svg+xml' }, last];
    const positions = new BookPositions({ ...book, spine: { ...book.spine, items } }, { domVersion: 20210904 });
    const at = (start: string) => positions.translate({ from: 'xpointer', to: 'xpointer', start });
    expect(await at('#_doc_fragment_1_ here')).toMatchObject({ kind: 'exact', start: '/body/DocFragment/body/p' });
    expect(await at('#_doc_fragment_0_ here')).toMatchObject({ kind: 'lost' });
  });

  it.each([
    ['12', 'a page number is no place in a book without fixed pages'],
    [' 12.0 ', 'a page number is no place in a book without fixed pages'],
    ['#here', 'no such place in this book'],
    ['#_doc_fragment_7_ here', 'no such place in this book'],
    ['/body/DocFragment[0]/body/p', 'no such place in this book'],
    ['/body/DocFragment[x]/body/p', 'no such place in this book'],
    ['/1/9/1', 'no such place in this book'],
    ['/2/2/3', 'xpointer expected, and this is none'],
    ['#', 'xpointer expected, and this is none'],
    ['', 'xpointer expected, and this is none'],
    ['epubcfi(/6/4!/4)', 'xpointer expected, and this is none'],
    ['/FictionBook/body/p', 'xpointer expected, and this is none'],
  ])('are lost where KOReader stored %j, and it is said why', async (start, reason) => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    expect(await positions.translate({ from: 'xpointer', to: 'cfi', start })).toMatchObject({ kind: 'lost', reason });
    expect(await positions.locate('xpointer', start)).toBeUndefined();
    expect(await positions.startOfBlock('xpointer', 'cfi', start)).toMatchObject({ kind: 'lost' });
    expect(await positions.startOfDocument('xpointer', 'cfi', start)).toMatchObject({ kind: 'lost' });
  });

  it('are not looked for by what is no pointer, however long it is', async () => {
    const positions = new BookPositions(bookOf([FIRST]));
    const deep = '/p'.repeat(4000);
    expect(
      await positions.translate({ from: 'xpointer', to: 'cfi', start: `/body/DocFragment/body${deep}` }),
    ).toMatchObject({ kind: 'nearby', start: 'epubcfi(/6/2[r0]!/4/4/1:0)' });
    for (const start of [`/body/DocFragment/body${deep.repeat(1000)}`, `epubcfi(/6/2!${'/2'.repeat(3_000_000)})`]) {
      for (const from of ['xpointer', 'cfi', 'kobospan'] as const)
        expect(await positions.translate({ from, to: 'cfi', start })).toMatchObject({ kind: 'lost' });
    }
  });

  it('may be ranges over two documents', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]), { givesText: true });
    const start = '/body/DocFragment[1]/body/p[1]/text()[2].28';
    const end = '/body/DocFragment[2]/body/h1/text().3';
    const text = 'of times.\nTwo';
    const cfi = await positions.translate({ from: 'xpointer', to: 'cfi', start, end, text });
    expect(cfi).toMatchObject({ kind: 'exact', end: 'epubcfi(/6/4[r1]!/4/2/1:3)' });
    if (cfi.kind === 'lost') return;
    expect(cfi.text?.replace(/\s+/g, ' ')).toBe('of times. Two');
    expect(await positions.translate({ from: 'cfi', to: 'xpointer', start: cfi.start, end: cfi.end })).toMatchObject({
      start,
      end,
    });
  });

  it('are found by their words behind a title page that was added', async () => {
    const positions = new BookPositions(bookOf([page('<p>A title page</p>'), FIRST, SECOND]));
    const found = await positions.translate({
      ...HIGHLIGHT,
      prefix: 'It was the ',
      suffix: 'times, it was the worst',
    });
    expect(found).toMatchObject({
      kind: 'repaired',
      start: 'epubcfi(/6/4[r1]!/4/4/2/1:0)',
      end: 'epubcfi(/6/4[r1]!/4/4/3:3)',
    });
  });

  it('are found by their words beside a corrected typo', async () => {
    const corrected = new BookPositions(bookOf([FIRST.replace('best', 'very best')]));
    expect(
      await corrected.translate({
        ...HIGHLIGHT,
        text: 'times, it was',
        start: '/body/DocFragment[1]/body/p[1]/text()[2].4',
        end: '/body/DocFragment[1]/body/p[1]/text()[2].17',
      }),
    ).toMatchObject({ kind: 'exact' });
    const longer = new BookPositions(bookOf([FIRST.replace('it was the worst', 'it indeed was the worst')]));
    expect(
      await longer.translate({
        from: 'xpointer',
        to: 'xpointer',
        start: '/body/DocFragment[1]/body/p[1]/text()[2].22',
        end: '/body/DocFragment[1]/body/p[1]/text()[2].27',
        text: 'worst',
      }),
    ).toMatchObject({
      kind: 'repaired',
      start: '/body/DocFragment/body/p[1]/text()[2].29',
      end: '/body/DocFragment/body/p[1]/text()[2].34',
    });
  });

  it('keep the quotation marks and stops that were quoted with them', async () => {
    const positions = new BookPositions(bookOf([page('<p>Then he said: “Go!” And they went.</p>')]));
    const request = {
      from: 'xpointer',
      to: 'xpointer',
      start: '/body/DocFragment/body/p/text().1',
      end: '/body/DocFragment/body/p/text().6',
    } as const;
    expect(await positions.translate({ ...request, text: '“Go!”' })).toMatchObject({
      kind: 'repaired',
      start: '/body/DocFragment/body/p/text().14',
      end: '/body/DocFragment/body/p/text().19',
    });
  });

  it('fall back to the block, then to the document, and say so', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    const from = { from: 'xpointer', to: 'cfi' } as const;
    expect(await positions.translate({ ...from, start: '/body/DocFragment[2]/body/p/text().900' })).toMatchObject({
      kind: 'nearby',
      start: 'epubcfi(/6/4[r1]!/4/4/1:0)',
    });
    expect(await positions.translate({ ...from, start: '/body/DocFragment[2]/body/ul/li[4]/text().1' })).toMatchObject({
      kind: 'chapter',
    });
    expect(await positions.translate({ ...from, start: '/body/DocFragment[7]/body/p/text().1' })).toMatchObject({
      kind: 'lost',
    });
    expect(await positions.translate({ ...from, start: '42' })).toMatchObject({ kind: 'lost' });
  });

  it('cost only their own document when it cannot be read', async () => {
    const book = bookOf([FIRST, SECOND]);
    const positions = new BookPositions({
      ...book,
      loadDocument: (index) => (index === 0 ? Promise.reject(new Error('damaged')) : book.loadDocument(index)),
    });
    const request = { from: 'xpointer', to: 'cfi' } as const;
    expect(await positions.translate({ ...request, start: '/body/DocFragment[1]/body/h1/text().0' })).toMatchObject({
      kind: 'chapter',
      start: 'epubcfi(/6/2!/4)',
    });
    expect(await positions.translate({ ...request, start: '/body/DocFragment[2]/body/h1/text().0' })).toMatchObject({
      kind: 'exact',
    });
  });

  it('in a document crengine cannot read are those of its own sentence', async () => {
    const book = bookOf(['no markup at all, but long enough to be looked at']);
    const found = await new BookPositions(book).translate({
      from: 'cfi',
      to: 'xpointer',
      start: 'epubcfi(/6/2!/4/2/1:3)',
    });
    expect(found).toMatchObject({ kind: 'chapter', start: expect.stringContaining('/body/DocFragment/body') });
  });

  it('that are points are found by the words behind them', async () => {
    const before = new BookPositions(bookOf([FIRST, SECOND]));
    const start = '/body/DocFragment[1]/body/p[1]/text()[2].4';
    const quote = await before.quoteAt('xpointer', start);
    expect(quote).toEqual({
      prefix: 'One\nIt was the best of ',
      exact: 'times, it was the worst of times.',
      suffix: '',
    });
    const after = new BookPositions(bookOf([FIRST.replace('<p>', '<p>New.</p><p>'), SECOND]));
    const words = { text: quote?.exact, prefix: quote?.prefix };
    expect(await after.translate({ from: 'xpointer', to: 'xpointer', start, ...words })).toMatchObject({
      kind: 'repaired',
      start: '/body/DocFragment[1]/body/p[2]/text()[2].4',
    });
  });

  it('are kept with the words of a range and around it', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    const body = '/body/DocFragment[2]/body/p/text()';
    expect(await positions.quoteAt('xpointer', `${body}.11`, `${body}.15`)).toEqual({
      prefix: 'Two\nThere were ',
      exact: 'a ki',
      suffix: 'ng with a large jaw and a queen with a plain face, on the th',
    });
    expect(await positions.quoteAt('xpointer', `${body}.9999`)).toBeUndefined();
  });

  it('at a share of the book are starts of texts', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    const at = (share: number) => positions.atShare('xpointer', share, [100, 100]);
    expect(await at(0)).toMatchObject({ kind: 'nearby', start: '/body/DocFragment[1]/body/h1/text().0' });
    expect(await at(0.75)).toMatchObject({ start: '/body/DocFragment[2]/body/p/text().0' });
    expect(await at(1)).toMatchObject({ start: '/body/DocFragment[2]/body/p/text().0' });
    expect(await positions.atShare('cfi', 0.6, [0, 100])).toMatchObject({ start: 'epubcfi(/6/4[r1]!/4/4/1:0)' });
    expect(await positions.atShare('xpointer', 0.5, [0, 0])).toMatchObject({ kind: 'lost' });
  });

  it('share the memory documents are kept in', async () => {
    const pool = new DocumentPool(1);
    let loaded = 0;
    const counted = (book: PositionedBook): PositionedBook => ({
      ...book,
      loadDocument: (spineIndex) => {
        loaded += 1;
        return book.loadDocument(spineIndex);
      },
    });
    const [one, other] = [FIRST, SECOND].map((text) => new BookPositions(counted(bookOf([text])), { pool }));
    const body = '/body/DocFragment/body/h1/text().1';
    for (const positions of [one, one, other, one]) await positions?.locate('xpointer', body);
    expect(loaded).toBe(3);
    one?.clear();
    expect(pool.heldBytes).toBe(0);
  });

  it('say how far into its document they are', async () => {
    const positions = new BookPositions(bookOf([FIRST, SECOND]));
    expect(await positions.locate('xpointer', '/body/DocFragment[2]/body/h1/text().0')).toMatchObject({
      spineIndex: 1,
      fraction: 0,
    });
    const half = await positions.locate('cfi', 'epubcfi(/6/4!/4/4/1:44)');
    expect(half?.fraction).toBeCloseTo(0.5, 1);
  });
});

const HIGHLIGHT: TranslationRequest = {
  from: 'xpointer',
  to: 'cfi',
  start: '/body/DocFragment[1]/body/p[1]/i/text().0',
  end: '/body/DocFragment[1]/body/p[1]/text()[2].3',
  text: 'best of',
};

function page(body: string): string {
  return `<html><head><title>t</title></head><body>${body}</body></html>`;
}

function bookOf(documents: readonly string[]): PositionedBook {
  const items = documents.map((_, index) => ({
    idref: `c${index}`,
    itemrefId: `r${index}`,
    itemrefPosition: index + 1,
    inManifest: true,
    href: `c${index}.xhtml`,
    zipPath: `OEBPS/c${index}.xhtml`,
    mediaType: 'application/xhtml+xml',
  }));
  return {
    spine: { packagePath: 'OEBPS/content.opf', spineStep: 6, items },
    loadText: (index) => Promise.resolve(documents[index]),
    loadDocument: (index) =>
      Promise.resolve(
        buildDocumentIndex({
          text: documents[index],
          path: `OEBPS/c${index}.xhtml`,
          mediaType: 'application/xhtml+xml',
          idref: `c${index}`,
        }),
      ),
  };
}
