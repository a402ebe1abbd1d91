import fc from 'fast-check';
import type { Annotation } from './annotation.ts';
import { editOnServer } from './change-on-server.ts';
import type { AnnotationFields } from './fields.ts';
import { entomb } from './take-in-deletions.ts';
import { takeBack } from './take-back.ts';

const NOW = 2_000_000_000;

const annotation = (fields: AnnotationFields, version = 1): Annotation => ({
  id: 7,
  kind: 'highlight',
  datetime: '2026-01-01 00:00:00',
  fields,
  fieldTimes: {},
  createdAt: 1_700_000_000,
  version,
  placeVersion: 1,
  keys: [],
  former: [],
});

const words = () => fc.constantFrom('a', 'b', 'c', undefined);
const fields = (): fc.Arbitrary<AnnotationFields> =>
  fc.record({
    drawer: fc.constantFrom('lighten' as const, 'invert' as const),
    color: words(),
    text: words(),
    note: words(),
    chapter: words(),
    place: fc.constantFrom(
      { format: 'xpointer' as const, pos0: '/a.0' },
      { format: 'xpointer' as const, pos0: '/b.0' },
    ),
  });

describe('taking back what an import did to an annotation', () => {
  it('leaves it as it was before, when nobody did anything since', () => {
    fc.assert(
      fc.property(fields(), fields(), (mine, imported) => {
        const before = annotation(mine);
        const after = editOnServer(before, imported, NOW - 10);
        const taken = takeBack({ before, after }, after, false, NOW);
        const end = taken.kind === 'reverted' ? taken.annotation : after;
        expect({ ...end.fields }).toEqual({ ...mine, ...(after === before && after.fields) });
      }),
    );
  });

  it('keeps every field somebody changed since', () => {
    fc.assert(
      fc.property(fields(), fields(), fields(), (mine, imported, later) => {
        const before = annotation(mine);
        const after = editOnServer(before, imported, NOW - 10);
        const current = editOnServer(after, later, NOW - 5);
        const taken = takeBack({ before, after }, current, false, NOW);
        const end = taken.kind === 'reverted' ? taken.annotation : current;
        for (const name of ['drawer', 'color', 'text', 'note', 'chapter'] as const) {
          const isChangedSince = (current.fields[name] ?? '') !== (after.fields[name] ?? '');
          expect(end.fields[name] ?? '').toBe((isChangedSince ? current : before).fields[name] ?? '');
        }
      }),
    );
  });

  it('removes one it made, but not one somebody edited, deleted or has anyway', () => {
    const after = annotation({ text: 'x' });
    expect(takeBack({ after }, after, false, NOW)).toEqual({ kind: 'removed' });
    expect(takeBack({ after }, editOnServer(after, { note: 'mine' }, NOW), false, NOW)).toEqual({ kind: 'kept' });
    expect(takeBack({ after }, entomb(after, NOW), false, NOW)).toEqual({ kind: 'kept' });
    expect(takeBack({ after }, undefined, false, NOW)).toEqual({ kind: 'kept' });
    expect(takeBack({ after }, after, true, NOW)).toEqual({ kind: 'kept' });
  });

  it('removes again one it brought back from the trash', () => {
    const before = entomb(annotation({ text: 'x' }), NOW - 100);
    const after = { ...before, deletedAt: undefined, version: before.version + 1 };
    expect(takeBack({ before, after }, after, false, NOW)).toEqual({ kind: 'removed' });
  });
});
