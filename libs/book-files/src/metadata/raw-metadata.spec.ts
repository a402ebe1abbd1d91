import fc from 'fast-check';
import { isbnOf } from './isbn.ts';
import { plainTextOfHtml } from './plain-text.ts';
import { metadataOf } from './raw-metadata.ts';

describe('metadata', () => {
  it('is storable whatever the file says', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const metadata = metadataOf(
          {
            title: text,
            authors: [{ name: text, sort: text }],
            description: text,
            series: text,
            identifiers: [{ value: text }],
          },
          `${text}.epub`,
        );
        const stored = JSON.stringify(metadata);
        expect(stored).not.toMatch(/\\u00(?:[01][0-9a-f]|7f)|\\ud[89a-f]/i);
        expect(metadata.title).toBe(metadata.title.trim());
        expect(metadata.title).not.toBe('');
      }),
    ));

  it.each([
    ['2014-05-25T10:00:00Z', '2014-05-25'],
    ['2014', '2014'],
    ['20140525', '2014-05-25'],
    ['2014-13', '2014'],
    ['2014-02-30', '2014-02'],
    ['0101-01-01T00:00:00+00:00', undefined],
    ['May 2014', undefined],
  ])('published %s is %s', (written, expected) => {
    expect(metadataOf({ published: written }, 'x').published).toBe(expected);
  });

  it.each([
    ['en', 'en'],
    ['zh_TW', 'zh-TW'],
    ['en_US.UTF-8', 'en-US'],
    ['C', undefined],
    ['und', undefined],
    ['English language', undefined],
  ])('language %s is %s', (written, expected) => {
    expect(metadataOf({ language: written }, 'x').language).toBe(expected);
  });

  it('names the scheme of an identifier where the file does', () => {
    const values = ['urn:uuid:1-2', 'isbn:9780306406157', 'https://a.b/c', 'plain', 'urn:uuid:1-2'];
    const { identifiers, isbn } = metadataOf({ identifiers: values.map((value) => ({ value })) }, 'x');
    expect(identifiers.map(({ scheme, value }) => `${scheme} ${value}`)).toEqual([
      'uuid 1-2',
      'isbn 9780306406157',
      'uri https://a.b/c',
      'unknown plain',
    ]);
    expect(isbn).toBe('9780306406157');
  });
});

describe('an ISBN', () => {
  it.each([
    ['978-0-306-40615-7', '9780306406157'],
    ['0306406152', '9780306406157'],
    ['080442957X', '9780804429573'],
    ['ISBN-13: 9780306406157', '9780306406157'],
    ['urn:isbn:0-306-40615-2', '9780306406157'],
    ['9780306406158', undefined],
    ['0306406153', undefined],
    ['1234567890123', undefined],
    ['', undefined],
  ])('written %s is %s', (written, expected) => {
    expect(isbnOf(written)).toBe(expected);
  });
});

describe('a description', () => {
  it('loses tags, scripts and styles but no words', () => {
    const html = '<style>p{}</style><p>A &lt;b&gt; c</p>x<br/>y<script>evil()</script><div>z &amp; w</div> 1 < 2';
    expect(plainTextOfHtml(html).replace(/\n+/g, '\n').trim()).toBe('A <b> c\nx\ny\nz & w\n 1 < 2');
  });

  it('that is plain stays as it is', () => {
    expect(plainTextOfHtml('One.\n\nTwo.')).toBe('One.\n\nTwo.');
  });
});
