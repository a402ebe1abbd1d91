import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { makeZip } from '@bookorbit/testing';
import { detectFormat } from './detect-format.ts';
import { readBookFile } from './read-book-file.ts';
import { readCover } from './read-cover.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('an FB2', () => {
  it('tells its title, authors, series and cover, in windows-1251 too', async () => {
    const picture = await jpeg(60, 90);
    const text = fb2('windows-1251', picture.toString('base64'));
    const path = await books.write('book.fb2', Buffer.from(Array.from(text, toWindows1251)));
    const reading = await readBookFile(path);
    expect(reading).toMatchObject({ format: 'fb2', hasCover: true });
    expect(reading.problem).toBeUndefined();
    expect(reading.metadata).toMatchObject({
      title: 'Книга',
      authors: [{ name: 'Иван Петрович Белкин', sort: 'Белкин, Иван Петрович' }, { name: 'ник' }],
      series: 'Повести',
      seriesIndex: 2,
      language: 'ru',
      isbn: '9780306406157',
      published: '1831',
      description: 'Раз\nДва',
    });
    expect(await readCover(path, { maxEdge: 30 })).toMatchObject({ width: 20, height: 30 });
  });

  it('in a zip or in UTF-16 is read the same', async () => {
    const text = fb2('utf-16', (await jpeg(60, 90)).toString('base64'));
    const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const zipped = await books.write('book.fb2.zip', makeZip([{ name: 'book.fb2', content: wide }]));
    expect(await readBookFile(zipped)).toMatchObject({ format: 'fb2.zip', metadata: { title: 'Книга' } });
    expect(await readCover(zipped, { maxEdge: 900 })).toMatchObject({ width: 60, height: 90 });
    expect(await readBookFile(await books.write('wide.fb2', wide))).toMatchObject({
      format: 'fb2',
      metadata: { title: 'Книга' },
    });
  });

  it('that is cut short is stated as damaged and still has its title', async () => {
    const path = await books.write('cut.fb2', fb2('utf-8', '').slice(0, -20));
    expect(await readBookFile(path)).toMatchObject({
      metadata: { title: 'Книга' },
      problem: { code: 'damaged_content' },
    });
  });
});

describe('a PDF', () => {
  it('tells its pages, title and author from a table', async () => {
    const path = await books.write('table.pdf', pdfWithTable());
    expect(await readBookFile(path)).toMatchObject({
      format: 'pdf',
      pageCount: 7,
      metadata: { title: 'A (nested) title – Ж', authors: [{ name: 'Jane Doe' }], description: 'Subject' },
    });
  });

  it('tells them from a compressed cross reference stream, with something before the file', async () => {
    const path = await books.write('stream.pdf', Buffer.concat([Buffer.from('junk\n'), pdfWithStream()]));
    expect(await readBookFile(path)).toMatchObject({ format: 'pdf', pageCount: 7, metadata: { title: 'Packed' } });
  });

  it('whose cross references run in a circle is read to an end', async () => {
    const bytes = pdfWithTable().toString('latin1').replace('/Root', '/Prev 9 /Root');
    expect(await readBookFile(await books.write('circle.pdf', Buffer.from(bytes, 'latin1')))).toMatchObject({
      format: 'pdf',
    });
  });

  it('never fails, however its bytes are changed', async () => {
    for (const whole of [pdfWithTable(), pdfWithStream()]) {
      for (let at = 0; at < whole.length; at += 7) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ 0x15;
        expect((await readBookFile(await books.write('fuzz.pdf', bytes))).format).toBeDefined();
      }
    }
  });
});

describe('a MOBI', () => {
  it('tells title, authors, language and cover', async () => {
    const path = await books.write('book.mobi', mobi({ version: 6, picture: await jpeg(40, 60) }));
    expect(await readBookFile(path)).toMatchObject({
      format: 'mobi',
      hasCover: true,
      metadata: { title: 'Título', authors: [{ name: 'A' }, { name: 'B' }], language: 'pt', isbn: '9780306406157' },
    });
    expect(await readCover(path, { maxEdge: 600 })).toMatchObject({ width: 40, height: 60 });
  });

  it('of version 8 is an AZW3, and an encrypted one is locked', async () => {
    expect(await detectFormat(await books.write('book.azw3', mobi({ version: 8 })))).toBe('azw3');
    const locked = await readBookFile(await books.write('locked.mobi', mobi({ version: 6, encryption: 2 })));
    expect(locked).toMatchObject({ metadata: { title: 'Título' }, problem: { code: 'drm_kindle' } });
  });

  it('never fails, however it is cut or changed', async () => {
    const whole = mobi({ version: 6 });
    for (let length = 68; length < whole.length; length += 11) {
      const bytes = Buffer.from(whole.subarray(0, length));
      bytes[(length * 7) % length] = 0xff;
      expect((await readBookFile(await books.write('fuzz.mobi', bytes))).fingerprint).toHaveLength(32);
    }
  });
});

describe('a comic', () => {
  it('counts its pages and takes the first by number for a cover', async () => {
    const info =
      '<ComicInfo><Title>T</Title><Series>S</Series><Number>4</Number><Writer>A, B</Writer><Year>2001</Year><Month>3</Month></ComicInfo>';
    const zip = makeZip([
      { name: 'p/10.jpg', content: await jpeg(20, 20) },
      { name: 'p/2.jpg', content: await jpeg(50, 80) },
      { name: '__MACOSX/p/._1.jpg', content: 'x' },
      { name: 'ComicInfo.xml', content: info },
    ]);
    for (const name of ['comic.cbz', 'comic.cbr']) {
      const path = await books.write(name, zip);
      expect(await readBookFile(path)).toMatchObject({
        format: 'cbz',
        pageCount: 2,
        metadata: {
          title: 'T',
          series: 'S',
          seriesIndex: 4,
          authors: [{ name: 'A' }, { name: 'B' }],
          published: '2001-03',
        },
      });
      expect(await readCover(path, { maxEdge: 600 })).toMatchObject({ width: 50, height: 80 });
    }
  });
});

describe('a file', () => {
  it.each([
    ['page.epub', '<html>404</html>', 'epub', 'not_a_book'],
    ['notes.txt', 'hello', 'unknown', 'unsupported_format'],
    ['empty.cbz', '', 'cbz', 'empty_file'],
    ['really.epub', '%PDF-1.4', 'pdf', 'misnamed'],
    ['really.pdf', fb2('utf-8', ''), 'fb2', 'misnamed'],
    ['comic.cbz', 'Rar!\x1a\x07\x00', 'cbr', 'comic_rar'],
  ])('%s is what it holds: %#', async (name, content, format, problem) => {
    expect(await readBookFile(await books.write(name, content))).toMatchObject({ format, problem: { code: problem } });
  });
});

function fb2(encoding: string, cover: string): string {
  return `<?xml version="1.0" encoding="${encoding}"?><FictionBook xmlns:l="http://www.w3.org/1999/xlink"><description><title-info>
<genre>prose</genre><author><first-name>Иван</first-name><middle-name>Петрович</middle-name><last-name>Белкин</last-name></author>
<author><nickname>ник</nickname></author><book-title>Книга</book-title><annotation><p>Раз</p><p>Два</p></annotation>
<coverpage><image l:href="#c.jpg"/></coverpage><lang>ru</lang><sequence name="Повести" number="2"/></title-info>
<publish-info><year>1831</year><isbn>0306406152</isbn></publish-info></description><body><p>${'Текст. '.repeat(30_000)}</p></body>
<binary content-type="image/jpeg" id="other">AAAA</binary><binary id="c.jpg" content-type="image/jpeg">${cover}</binary></FictionBook>`;
}

function toWindows1251(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0x410 ? code - 0x410 + 0xc0 : code;
}

function jpeg(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
}

function pdfWithTable(): Buffer {
  const title = `<${Buffer.from('\uFEFFA (nested) title – Ж', 'utf16le').swap16().toString('hex')}>`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Count 3 0 R/Kids[]>>',
    '7',
    `<</Title ${title}/Author(Jane\\040Doe)/Subject(Sub\\\nject)>>`,
  ];
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 1\n0000000000 65535 f \n1 4\n${lines}trailer\n<</Root 1 0 R/Info 4 0 R/Size 5>>\nstartxref\n${text.length}\n%%EOF`;
  return Buffer.from(text + table, 'latin1');
}

/** Catalog, pages and information lie in an object stream; the cross references are a stream with a predictor. */
function pdfWithStream(): Buffer {
  const packed = ['<</Pages 2 0 R>>', '<</Count 7>>', '<</Title(Packed)>>'];
  const index =
    packed.map((_, i) => `${i + 1} ${packed.slice(0, i).join(' ').length + (i > 0 ? 1 : 0)}`).join(' ') + ' ';
  const objectStream = deflateSync(Buffer.from(index + packed.join(' ')));
  const start = Buffer.from('%PDF-1.5\n');
  const holder = Buffer.concat([
    Buffer.from(
      `4 0 obj\n<</Type/ObjStm/N 3/First ${index.length}/Length ${objectStream.length}/Filter/FlateDecode>>\nstream\n`,
    ),
    objectStream,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const rows = [[0, 0, 0, 255], [2, 0, 4, 0], [2, 0, 4, 1], [2, 0, 4, 2], [1, 0, start.length, 0]]; // prettier-ignore
  const up = rows.map((row, i) => [2, ...row.map((value, j) => (value - (rows[i - 1]?.[j] ?? 0)) & 0xff)]);
  const references = deflateSync(Buffer.from(up.flat()));
  const dictionary = `<</Type/XRef/W[1 2 1]/Size 5/Root 1 0 R/Info 3 0 R/Length ${references.length}/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 4>>>>`;
  return Buffer.concat([
    start,
    holder,
    Buffer.from(`5 0 obj\n${dictionary}\nstream\r\n`),
    references,
    Buffer.from(`\nendstream\nendobj\nstartxref\n${start.length + holder.length}\n%%EOF`),
  ]);
}

interface MobiFacts {
  readonly version: number;
  readonly encryption?: number;
  readonly picture?: Buffer;
}

function mobi({ version, encryption = 0, picture = Buffer.from('x') }: MobiFacts): Buffer {
  const record = (type: number, data: Buffer) => {
    const header = Buffer.alloc(8);
    header.writeUInt32BE(type, 0);
    header.writeUInt32BE(8 + data.length, 4);
    return Buffer.concat([header, data]);
  };
  const texts: [number, string][] = [[503, 'Título'], [100, 'A'], [100, 'B'], [524, 'pt'], [104, '0306406152']]; // prettier-ignore
  const records = [...texts.map(([type, text]) => record(type, Buffer.from(text))), record(201, Buffer.alloc(4))];
  const extended = Buffer.concat([Buffer.from('EXTH'), Buffer.alloc(8), ...records]);
  extended.writeUInt32BE(records.length, 8);
  const head = Buffer.alloc(16 + 232);
  head.writeUInt16BE(encryption, 12);
  head.write('MOBI', 16);
  head.writeUInt32BE(232, 20);
  head.writeUInt32BE(65001, 28);
  head.writeUInt32BE(version, 36);
  head.writeUInt32BE(1, 108);
  head.writeUInt32BE(0x40, 128);
  const record0 = Buffer.concat([head, extended]);
  const database = Buffer.alloc(78 + 16);
  database.write('Titulo', 0);
  database.write('BOOKMOBI', 60);
  database.writeUInt16BE(2, 76);
  database.writeUInt32BE(database.length, 78);
  database.writeUInt32BE(database.length + record0.length, 86);
  return Buffer.concat([database, record0, picture]);
}
