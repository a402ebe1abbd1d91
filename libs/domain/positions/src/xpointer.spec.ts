import fc from 'fast-check';
import { dialectOf, formatXpointer, parseXpointer, type Xpointer, type XpointerStep } from './xpointer.ts';

describe('xpointers', () => {
  it.each([
    '/body/DocFragment[3]/body/p[2]/text()[1].5',
    '/body/DocFragment/body/div/img.0',
    '/body/DocFragment[9]/body',
    '/body/DocFragment[30].0',
    '/body/DocFragment[2]/body/section/2/text().14',
    '/html/body/p[2]/text()[1].5',
    '/html/body',
    '#_doc_fragment_3_ chapter 1',
    '#_doc_fragment_3',
    '#chapter1',
  ])('come back as they were written: %s', (written) => {
    expect(formatXpointer(parseXpointer(written) ?? fail(written), dialectOf(20240114))).toBe(written);
  });

  it('come back as they were written when every index is', () => {
    for (const written of ['/body[1]/DocFragment[3]/body[1]/p[2]/text()[1].5', '/html[1]/body[1]/p[2]/text()[1].5']) {
      expect(formatXpointer(parseXpointer(written) ?? fail(written), dialectOf(20260812))).toBe(written);
    }
  });

  it.each([
    '12',
    '',
    'epubcfi(/6/4!/4)',
    '/FictionBook/body/section/p[2]/text().0',
    '/body/DocFragment[2]/body/p.1.2',
    '/body/DocFragment[2]//p',
    '/body[2]/DocFragment[1]/body',
  ])('are nothing else: %s', (written) => {
    expect(parseXpointer(written)).toBeUndefined();
  });

  it('of old books lose the boxes that are in no other version', () => {
    expect(parseXpointer('/body/DocFragment[2]/body/autoBoxing[1]/p/text().3')).toEqual(
      parseXpointer('/body/DocFragment[2]/body/p/text().3'),
    );
  });

  it.each([20240114, 20260812])('read what was written, in the dialect of DOM %i', (domVersion) => {
    const dialect = dialectOf(domVersion);
    fc.assert(
      fc.property(xpointers(), (pointer) => {
        expect(parseXpointer(formatXpointer(pointer, dialect))).toEqual(pointer);
      }),
    );
  });
});

function xpointers(): fc.Arbitrary<Xpointer> {
  const index = fc.integer({ min: 1, max: 5000 });
  const named: fc.Arbitrary<XpointerStep> = fc.record(
    {
      kind: fc.constant('element' as const),
      name: fc.constantFrom('body', 'p', 'div', 'h1', 'linearGradient', 'o-p'),
      index,
    },
    { requiredKeys: ['kind', 'name'] },
  );
  const text: fc.Arbitrary<XpointerStep> = fc.record(
    { kind: fc.constant('text' as const), index },
    { requiredKeys: ['kind'] },
  );
  const point = fc.nat({ max: 9000 });
  return fc
    .record(
      { fragment: index, path: fc.array(named, { maxLength: 8 }), last: fc.option(text, { nil: undefined }), point },
      {
        requiredKeys: ['path'],
      },
    )
    .map(({ path, last, ...rest }) => ({ ...rest, steps: last === undefined ? path : [...path, last] }));
}

function fail(written: string): never {
  throw new Error(`not read: ${written}`);
}
