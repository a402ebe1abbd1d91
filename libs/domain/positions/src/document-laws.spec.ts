import fc from 'fast-check';
import { followPointer, writePointer, type DocumentAddress } from './book/document-pointers.ts';
import { type Dialect, readPointer } from './book/pointer.ts';
import { compareCfiPaths, parseCfi } from './cfi.ts';
import { documents, tagSoup } from './document-arbitraries.ts';
import { buildDocumentIndex, type DocumentPlaces, openIndex } from './document-index.ts';
import type { Place, PlaceRole } from './place.ts';
import { deserializeIndex, serializeIndex } from './storage/serialize-index.ts';
import { dialectOf, formatXpointer, parseXpointer } from './xpointer.ts';

const ADDRESS: DocumentAddress = {
  fragment: 2,
  isOnlyFragment: false,
  itemrefSteps: [{ index: 6 }, { index: 4 }],
  path: 'OEBPS/ch1.xhtml',
};
const CLASSIC = dialectOf(20240114);

describe('translating within one document', () => {
  it('brings every character back from CFI to the same xpointer', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          expect(translated(places, translated(places, xpointer, 'xpointer', 'cfi'), 'cfi', 'xpointer')).toBe(xpointer);
        }
      }),
    );
  });

  it('brings every end of a range back to the same xpointer', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          const end = xpointer.replace(/\d+$/, (character) => String(Number(character) + 1));
          const cfi = translated(places, end, 'xpointer', 'cfi', 'end');
          expect(translated(places, cfi, 'cfi', 'xpointer', 'end')).toBe(end);
        }
      }),
    );
  });

  it('keeps the order of the text', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        const paths = charactersOf(places).map((xpointer) => {
          const cfi = parseCfi(translated(places, xpointer, 'xpointer', 'cfi'));
          if (cfi?.kind !== 'point') throw new Error('no CFI');
          return cfi.at;
        });
        for (const [index, path] of paths.entries()) {
          const next = paths[index + 1];
          if (next !== undefined) expect(compareCfiPaths(path, next)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it.each(['xpointer', 'cfi', 'kobospan'] as const)('never writes a pointer that leads nowhere: %s', (to) => {
    fc.assert(
      fc.property(fc.oneof(documents(), tagSoup()), fc.nat(), fc.boolean(), (source, where, isEnd) => {
        const places = placesOf(source);
        const place: Place = { kind: 'text', offset: where % (source.length + 1), inner: 0 };
        const role = isEnd ? 'end' : 'start';
        const pointer = writePointer(places, ADDRESS, place, role, to, CLASSIC);
        const read = pointer && readPointer(to, pointer.written);
        if (pointer !== undefined) expect(read && followPointer(places, read.start, role)).toBeDefined();
      }),
    );
  });

  it('brings a place in a sentence back into the same sentence', () => {
    fc.assert(
      fc.property(documents(), (source) => {
        const places = placesOf(source);
        for (const xpointer of charactersOf(places)) {
          const place = follow(places, xpointer, 'xpointer', 'start');
          const span = place && writePointer(places, ADDRESS, place, 'start', 'kobospan', CLASSIC);
          if (span === undefined || span.isNear) continue;
          const back = translated(places, span.written, 'kobospan', 'xpointer');
          expect(translated(places, back, 'xpointer', 'kobospan').split(':')[0]).toBe(span.written.split(':')[0]);
        }
      }),
    );
  });

  it('gives the same answers from a stored index', () => {
    fc.assert(
      fc.property(fc.oneof(documents(), tagSoup()), (source) => {
        const index = indexOf(source);
        expect(deserializeIndex(serializeIndex(index))).toEqual(index);
      }),
    );
  });

  it('takes any markup, however broken', () => {
    fc.assert(
      fc.property(tagSoup(), (soup) => {
        expect(() => placesOf(`<html><head/><body>${soup}`)).not.toThrow();
        expect(() => placesOf(soup)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });
});

describe('a stored index', () => {
  it('is refused when it is cut off, or something else', () => {
    const bytes = serializeIndex(indexOf('<html><head/><body><p>Some text</p></body></html>'));
    for (let length = 0; length < bytes.length; length++)
      expect(deserializeIndex(bytes.subarray(0, length))).toBeUndefined();
    expect(deserializeIndex(new TextEncoder().encode('not an index at all'))).toBeUndefined();
  });
});

function indexOf(text: string) {
  return buildDocumentIndex({
    text,
    path: 'OEBPS/ch1.xhtml',
    mediaType: 'application/xhtml+xml',
    idref: 'c1',
    styleSheets: [],
  });
}

function placesOf(source: string): DocumentPlaces {
  return openIndex(indexOf(source));
}

/** A pointer to each character; of those that one reference or TAB stands for together, only to the first. */
function charactersOf({ engine, index }: DocumentPlaces): string[] {
  const { length } = index.engine.texts;
  const pointers: string[] = [];
  length.forEach((characters, text) => {
    let previous = -1;
    for (let character = 0; character < characters; character++) {
      const place = engine.placeOfPoint({ text, character }, 'start');
      const next = engine.placeOfPoint({ text, character: character + 1 }, 'end');
      if (
        place.kind !== 'text' ||
        place.inner > 0 ||
        place.offset === previous ||
        isShared(engine, text, character, characters)
      )
        continue;
      previous = next.offset;
      const steps = engine.stepsToText(text, CLASSIC);
      pointers.push(formatXpointer({ fragment: 2, steps, point: character }, CLASSIC));
    }
  });
  return pointers;
}

/** Whether the next character comes from the same reference. */
function isShared(engine: DocumentPlaces['engine'], text: number, character: number, characters: number): boolean {
  const next =
    character + 1 < characters ? engine.placeOfPoint({ text, character: character + 1 }, 'start') : undefined;
  return next?.kind === 'text' && next.inner > 0;
}

function follow(places: DocumentPlaces, written: string, from: Dialect, role: PlaceRole): Place | undefined {
  const read = readPointer(from, written);
  return read && followPointer(places, read.start, role);
}

function translated(
  places: DocumentPlaces,
  written: string,
  from: Dialect,
  to: Dialect,
  role: PlaceRole = 'start',
): string {
  const place = follow(places, written, from, role);
  if (place === undefined) throw new Error(`${written} leads nowhere`);
  const pointer = writePointer(places, ADDRESS, place, role, to, CLASSIC);
  if (pointer === undefined) throw new Error(`no ${to} for ${written}`);
  if (to === 'xpointer' && parseXpointer(pointer.written) === undefined)
    throw new Error(`${pointer.written} is not an xpointer`);
  return pointer.written;
}
