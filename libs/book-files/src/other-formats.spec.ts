import sharp from 'sharp';
import { makeZip } from '@bookorbit/testing';
import { detectFormat } from './detect-format.ts';
import { readBookFile } from './read-book-file.ts';
import { readCoverStrictly, readStrictly } from './testing/read-strictly.ts';
import { temporaryBooks } from './testing/temporary-books.ts';

const books = temporaryBooks();

describe('an FB2', () => {
  it('tells its title, authors, series and cover, in windows-1251 too', async () => {
    const picture = await jpeg(60, 90);
    const text = fb2('windows-1251', picture.toString('base64'));
    const path = await books.write('book.fb2', Buffer.from(Array.from(text, toWindows1251)));
    const reading = await readStrictly(path);
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
    expect(await readCoverStrictly(path, { maxEdge: 30 })).toMatchObject({ width: 20, height: 30 });
  });

  it('in a zip or in UTF-16 is read the same', async () => {
    const text = fb2('utf-16', (await jpeg(60, 90)).toString('base64'));
    const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
    const zipped = await books.write('book.fb2.zip', makeZip([{ name: 'book.fb2', content: wide }]));
    expect(await readStrictly(zipped)).toMatchObject({ format: 'fb2.zip', metadata: { title: 'Книга' } });
    expect(await readCoverStrictly(zipped, { maxEdge: 900 })).toMatchObject({ width: 60, height: 90 });
    expect(await readStrictly(await books.write('wide.fb2', wide))).toMatchObject({
      format: 'fb2',
      metadata: { title: 'Книга' },
    });
  });

  it('that is cut short is stated as damaged and still has its title', async () => {
    const path = await books.write('cut.fb2', fb2('utf-8', '').slice(0, -20));
    expect(await readStrictly(path)).toMatchObject({
      metadata: { title: 'Книга' },
      problem: { code: 'damaged_content' },
    });
  });
});

describe('a MOBI', () => {
  it('tells title, authors, language and cover', async () => {
    const path = await books.write('book.mobi', mobi({ version: 6, picture: await jpeg(40, 60) }));
    expect(await readStrictly(path)).toMatchObject({
      format: 'mobi',
      hasCover: true,
      metadata: { title: 'Título', authors: [{ name: 'A' }, { name: 'B' }], language: 'pt', isbn: '9780306406157' },
    });
    expect(await readCoverStrictly(path, { maxEdge: 600 })).toMatchObject({ width: 40, height: 60 });
  });

  it('of version 8 is an AZW3, and an encrypted one is locked', async () => {
    expect(await detectFormat(await books.write('book.azw3', mobi({ version: 8 })))).toBe('azw3');
    const locked = await readStrictly(await books.write('locked.mobi', mobi({ version: 6, encryption: 2 })));
    expect(locked).toMatchObject({ metadata: { title: 'Título' }, problem: { code: 'drm_kindle' } });
  });

  it('that a reader stumbles over for no foreseen reason is stated as damaged, and the reason is told', async () => {
    const path = await books.write('stumble.mobi', mobi({ version: 6 }));
    const fault = new TypeError('a fault of ours');
    const stumble = jest.spyOn(Buffer.prototype, 'readUInt16BE').mockImplementation(() => {
      throw fault;
    });
    const told = jest.fn();
    const reading = await readBookFile(path, { onUnforeseen: told });
    stumble.mockRestore();
    expect(reading).toMatchObject({ format: 'mobi', problem: { code: 'damaged_content' } });
    expect(told.mock.calls).toEqual([[fault]]);
  });

  it('never fails, however it is cut or changed', async () => {
    const whole = mobi({ version: 6 });
    for (let length = 68; length < whole.length; length += 11) {
      const bytes = Buffer.from(whole.subarray(0, length));
      bytes[(length * 7) % length] = 0xff;
      expect((await readStrictly(await books.write('fuzz.mobi', bytes))).fingerprint).toHaveLength(32);
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
      expect(await readStrictly(path)).toMatchObject({
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
      expect(await readCoverStrictly(path, { maxEdge: 600 })).toMatchObject({ width: 50, height: 80 });
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
    expect(await readStrictly(await books.write(name, content))).toMatchObject({ format, problem: { code: problem } });
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
