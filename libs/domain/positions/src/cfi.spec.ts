import fc from 'fast-check';
import * as foliate from 'foliate-js/epubcfi.js';
import { type CfiPath, compareCfiPaths, formatCfiPoint, formatCfiRange, parseCfi } from './cfi.ts';

describe('CFIs', () => {
  it('are read with their assertions and escapes', () => {
    expect(parseCfi('epubcfi(/6/4[chap^]01,^;x]!/4[body01]/10/3:10[yyy,zzz;s=a])')).toEqual({
      kind: 'point',
      at: {
        parts: [
          [{ index: 6 }, { index: 4, id: 'chap]01,;x' }],
          [{ index: 4, id: 'body01' }, { index: 10 }, { index: 3 }],
        ],
        offset: 10,
        side: 'after',
      },
    });
  });

  it('are read as ranges, the shared part before both ends', () => {
    expect(parseCfi('epubcfi(/6/4!/4/2,/1:3,/5:8)')).toEqual({
      kind: 'range',
      start: {
        parts: [
          [{ index: 6 }, { index: 4 }],
          [{ index: 4 }, { index: 2 }, { index: 1 }],
        ],
        offset: 3,
      },
      end: {
        parts: [
          [{ index: 6 }, { index: 4 }],
          [{ index: 4 }, { index: 2 }, { index: 5 }],
        ],
        offset: 8,
      },
    });
  });

  it.each([
    '',
    'epubcfi()',
    'epubcfi(/6/4!/4,/1:2)',
    'epubcfi(/6/4!/4/2,,)',
    'epubcfi(/6/x!/4)',
    'epubcfi(/6/4!/4:1/2)',
    '/body/DocFragment[2]/body',
  ])('are nothing else: %s', (written) => {
    expect(parseCfi(written)).toBeUndefined();
  });

  it('put a side into the brackets of the id', () => {
    expect(formatCfiPoint({ parts: [[{ index: 6 }, { index: 4 }], [{ index: 4, id: 'a' }]], side: 'before' })).toBe(
      'epubcfi(/6/4!/4[a;s=b])',
    );
  });

  it('read what was written', () => {
    fc.assert(
      fc.property(paths(), (path) => expect(parseCfi(formatCfiPoint(path))).toEqual({ kind: 'point', at: path })),
    );
  });

  it('read ranges as they were written', () => {
    fc.assert(
      fc.property(localPaths(), localPaths(), (start, end) => {
        const spine = [{ index: 6 }, { index: 12, id: 'it,em' }];
        const [first, last] = [start, end].map((path) => ({ ...path, parts: [spine, ...path.parts] }));
        if (first === undefined || last === undefined) return;
        expect(parseCfi(formatCfiRange(first, last))).toEqual({ kind: 'range', start: first, end: last });
      }),
    );
  });

  it('mean to foliate-js what they mean here', () => {
    fc.assert(
      fc.property(paths(), ({ side: _side, ...path }) => {
        const theirs = foliate.parse(formatCfiPoint(path)) as { index: number; id?: string; offset?: number }[][];
        const ours = path.parts.map((steps) => steps.map(({ index, id }) => ({ index, id })));
        expect(theirs.map((steps) => steps.map(({ index, id }) => ({ index, id })))).toEqual(ours);
        expect(theirs.at(-1)?.at(-1)?.offset).toBe(path.offset);
      }),
    );
  });

  it('are ordered as they come in the book', () => {
    fc.assert(
      fc.property(fc.array(paths(), { maxLength: 12 }), (several) => {
        const sorted = several.toSorted(compareCfiPaths);
        for (const [index, path] of sorted.entries()) {
          const next = sorted[index + 1];
          if (next !== undefined) expect(compareCfiPaths(path, next)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });
});

function steps(): fc.Arbitrary<{ index: number; id?: string }[]> {
  const id = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text.trim() === text);
  const step = fc.record(
    { index: fc.integer({ min: 1, max: 400 }).map((half) => half * 2), id },
    { requiredKeys: ['index'] },
  );
  return fc.array(step, { minLength: 1, maxLength: 6 });
}

/** Paths inside of one document, as ranges have them: to a text and an offset in it. */
function localPaths(): fc.Arbitrary<CfiPath> {
  return fc
    .record({
      way: fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }),
      chunk: fc.nat({ max: 20 }),
      offset: fc.nat({ max: 999 }),
    })
    .map(({ way, chunk, offset }) => ({
      parts: [[...way.map((half) => ({ index: half * 2 })), { index: chunk * 2 + 1 }]],
      offset,
    }));
}

function paths(): fc.Arbitrary<CfiPath> {
  const offset = fc.nat({ max: 5000 });
  return fc
    .record(
      {
        outer: steps(),
        inner: steps(),
        chunk: fc.nat({ max: 30 }),
        offset,
        side: fc.constantFrom('before' as const, 'after' as const),
      },
      { requiredKeys: ['outer', 'inner', 'chunk', 'offset'] },
    )
    .map(({ outer, inner, chunk, ...end }) => ({ parts: [outer, [...inner, { index: chunk * 2 + 1 }]], ...end }));
}
