import { formatKoboSpan, parseKoboSpan } from './kobo-span.ts';

describe('a Kobo span', () => {
  it.each([
    ['OEBPS/ch1.xhtml#kobo.3.2:14', { source: 'OEBPS/ch1.xhtml', paragraph: 3, segment: 2, offset: 14 }],
    ['OEBPS/ch1.xhtml#span#kobo\\.3\\.2', { source: 'OEBPS/ch1.xhtml', paragraph: 3, segment: 2, offset: 0 }],
    ['sub/Chapter #2.xhtml#kobo.1.1', { source: 'sub/Chapter #2.xhtml', paragraph: 1, segment: 1, offset: 0 }],
    ['ch1.xhtml#part#kobo.1.1', { source: 'ch1.xhtml#part', paragraph: 1, segment: 1, offset: 0 }],
    ['kobo.1.1', { source: '', paragraph: 1, segment: 1, offset: 0 }],
  ])('is read from %s', (pointer, span) => {
    expect(parseKoboSpan(pointer)).toEqual(span);
    expect(parseKoboSpan(formatKoboSpan(span))).toEqual(span);
  });

  it.each([[''], ['ch1.xhtml'], ['ch1.xhtml#kobo.1'], ['#kobo.1.1.1x']])('is not %j', (pointer) => {
    expect(parseKoboSpan(pointer)).toBeUndefined();
  });
});
