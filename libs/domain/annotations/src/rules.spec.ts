import fc from 'fast-check';
import type { Annotation, AskingDevice, DeviceItem, FileAnnotations } from './annotation.ts';
import { createOnServer, editOnServer, restoreOnServer } from './change-on-server.ts';
import {
  type AnnotationFields,
  canonicalPointer,
  digestOf,
  FIELD_NAMES,
  type FieldName,
  isSameField,
  isSamePlace,
} from './fields.ts';
import { isMassDelete } from './mass-delete.ts';
import { formerValues, isEditIfUnseen } from './former-values.ts';
import { mergeFields } from './merge-fields.ts';
import { entomb } from './take-in-deletions.ts';
import { takeInExchange } from './take-in-exchange.ts';
import { textsAgree } from './text-agreement.ts';
import { formatWallClock, instantOf, wallClockOf } from './wall-clock.ts';

const NOW = Date.UTC(2026, 10, 18, 12) / 1000;

const fields = fc.record<AnnotationFields>({
  drawer: fc.constantFrom('lighten', 'underscore', 'strikeout'),
  color: fc.constantFrom('red', 'blue', 'my mauve'),
  text: fc.constantFrom('one', 'two', 'three'),
  note: fc.constantFrom(undefined, 'a', 'b', 'c'),
  chapter: fc.constantFrom('I', 'II'),
  place: fc.constantFrom('/body/p[2]', '/body/p[3]').map((pos0) => ({ format: 'xpointer' as const, pos0 })),
});
const isSame = (a: AnnotationFields, b: AnnotationFields) => FIELD_NAMES.every((name) => isSameField(name, a, b));
const SURE = { isBaseSure: true, isFormer: () => false };
const merge = (mine: AnnotationFields, theirs: AnnotationFields, base: AnnotationFields | undefined, myTime = 1) =>
  mergeFields({ mine, theirs, base, myTime, theirTime: () => 0, sent: [], ...SURE }).fields;

describe('mergeFields', () => {
  it('takes the side that changed, whatever the times', () =>
    fc.assert(
      fc.property(fields, fields, fc.integer(), (base, changed, time) => {
        expect(isSame(merge(changed, base, base, time), changed)).toBe(true);
        expect(isSame(merge(base, changed, base, time), changed)).toBe(true);
      }),
    ));

  it('gives each field a value that one of the sides has, and is done after once', () =>
    fc.assert(
      fc.property(fields, fields, fc.option(fields, { nil: undefined }), (mine, theirs, base) => {
        const merged = merge(mine, theirs, base);
        for (const name of FIELD_NAMES) {
          expect(isSameField(name, merged, mine) || isSameField(name, merged, theirs)).toBe(true);
        }
        expect(isSame(merge(mine, merged, base), merged)).toBe(true);
      }),
    ));

  it('keeps changes of different fields by both sides', () => {
    const base: AnnotationFields = { drawer: 'lighten', color: 'red', note: 'old' };
    expect(merge({ ...base, color: 'blue' }, { ...base, note: 'new' }, base, -1)).toMatchObject({
      color: 'blue',
      note: 'new',
    });
  });

  it('orders two edits of one field by their times', () => {
    const base: AnnotationFields = { note: 'old' };
    expect(merge({ note: 'mine' }, { note: 'theirs' }, base, 1).note).toBe('mine');
    expect(merge({ note: 'mine' }, { note: 'theirs' }, base, -1).note).toBe('theirs');
  });

  it('takes a note that is not there for removed, and leaves what is not said', () => {
    const base: AnnotationFields = { color: 'red', note: 'old', text: 'words' };
    expect(merge({}, base, base)).toEqual({ color: 'red', note: undefined, text: 'words' });
  });

  it('takes for no edit what the device was sent', () => {
    const sides = { base: { note: 'v1' }, mine: { note: 'v2' }, theirs: { note: 'v3' }, myTime: 9, theirTime: () => 0 };
    expect(mergeFields({ ...sides, ...SURE, sent: [{ note: 'v2' }] }).fields.note).toBe('v3');
  });

  it('never drops words nobody has seen for none at all, when what the device had before is not known', () =>
    fc.assert(
      fc.property(fields, fields, fc.integer({ min: -2, max: 2 }), (mine, theirs, myTime) => {
        const sides = {
          mine,
          theirs: { ...theirs, note: undefined },
          base: undefined,
          myTime,
          theirTime: () => 0,
          sent: [],
        };
        const noteOf = (more: object) => mergeFields({ ...sides, ...SURE, ...more }).fields.note;
        expect(noteOf({})).toBe(mine.note);
        if (myTime > 0 || mine.note === undefined) return;
        // Others of the device came before it, or the words were seen and taken away: then the times decide.
        expect(noteOf({ isLate: true })).toBeUndefined();
        expect(noteOf({ isFormer: () => true })).toBeUndefined();
      }),
    ));

  it('takes what a device has for its edit, whenever it was, when nobody else can have made it', () =>
    fc.assert(
      fc.property(fields, fields, (mine, theirs) => {
        const sides = { mine, theirs, base: undefined, myTime: -1, theirTime: () => 0, sent: [], ...SURE };
        const merged = mergeFields({ ...sides, isEditIfUnseen: () => true }).fields;
        // That it has no note proves nothing: it may never have had one.
        expect(isSame(merged, { ...mine, note: mine.note ?? theirs.note })).toBe(true);
        expect(isSame(mergeFields({ ...sides, isEditIfUnseen: () => true, isLate: true }).fields, theirs)).toBe(true);
        const { note } = mergeFields({ ...sides, isEditIfUnseen: () => false }).fields;
        expect(note).toBe(theirs.note ?? mine.note);
      }),
    ));

  it('takes for no edit a value that was replaced, unless the device surely had another', () => {
    const sides = { base: { note: 'v2' }, mine: { note: 'v1' }, theirs: { note: 'v2' }, myTime: 9, theirTime: () => 0 };
    const isFormer = (_name: FieldName, { note }: AnnotationFields) => note === 'v1';
    const noteOf = (isBaseSure: boolean, base: AnnotationFields | undefined) =>
      mergeFields({ ...sides, base, isBaseSure, isFormer, sent: [] }).fields.note;
    expect(noteOf(true, sides.base)).toBe('v1');
    expect(noteOf(false, sides.base)).toBe('v2');
    expect(noteOf(true, undefined)).toBe('v2');
  });
});

describe('isEditIfUnseen', () => {
  const edited = (name: FieldName, times = 1) => {
    let annotation = { fields: { color: 'red', note: 'v0' } as AnnotationFields, former: [] as readonly string[] };
    for (let n = 1; n <= times; n += 1) {
      const fields = { ...annotation.fields, [name]: `v${n}` };
      annotation = { fields, former: formerValues(annotation, [name], fields) };
    }
    return annotation;
  };

  it('goes for what devices give no time, also when others edited it, and for the rest as long as nobody did', () => {
    expect(isEditIfUnseen(edited('note'), 'note')).toBe(true);
    expect(isEditIfUnseen(edited('note'), 'color')).toBe(true);
    expect(isEditIfUnseen(edited('color'), 'color')).toBe(false);
  });

  it('goes for nothing once former values may be forgotten', () => {
    expect(isEditIfUnseen(edited('note', 23), 'note')).toBe(true);
    expect(isEditIfUnseen(edited('note', 24), 'note')).toBe(false);
  });
});

describe('places', () => {
  it('are compared without [1]', () => {
    expect(canonicalPointer('/body[1]/DocFragment[11]/body[1]/p[1]/text()[1].4')).toBe(
      '/body/DocFragment[11]/body/p/text().4',
    );
  });

  it('in dialects that number fragments differently are not held against each other', () => {
    const at = (pos0: string, domVersion?: number) => ({ format: 'xpointer' as const, pos0, domVersion });
    expect(isSamePlace(at('/body/DocFragment[3]/p', 20200824), at('/body/DocFragment[4]/p', 20240114))).toBe(true);
    expect(isSamePlace(at('/body/DocFragment[3]/p', 20240114), at('/body/DocFragment[4]/p', 20260812))).toBe(false);
    expect(isSamePlace(at('/body/DocFragment[3]/p'), at('/body/DocFragment[4]/p', 20240114))).toBe(false);
  });

  it('have a digest that is the same for the same fields', () =>
    fc.assert(fc.property(fields, fields, (a, b) => expect(digestOf(a) === digestOf(b)).toBe(isSame(a, b)))));
});

describe('textsAgree', () => {
  it.each([
    ['the White Rabbit', 'the  White\nRab\u00ADbit', true],
    ['the White Rabbit', 'White Rabbit returning', true],
    ['the White Rabbit', 'the White', true],
    ['雨が降る夜の町', '降る夜の町を', true],
    ['the White Rabbit', 'Off with her head', false],
    ['the White Rabbit', '', false],
    ['', undefined, true],
  ])('%j and %j: %s', (a, b, agree) => {
    expect(textsAgree(a, b)).toBe(agree);
    expect(textsAgree(b, a)).toBe(agree);
  });
});

describe('isMassDelete', () => {
  it.each([
    [2, 2, false],
    [3, 3, true],
    [10, 11, false],
    [11, 21, true],
    [11, 22, false],
    [0, 0, false],
  ])('%d of %d: %s', (vanished, known, isMass) => expect(isMassDelete(vanished, known)).toBe(isMass));
});

describe('wall clocks', () => {
  const clock = fc.record({
    skew: fc.integer({ min: -1e6, max: 1e6 }),
    utcOffsetMinutes: fc.integer({ min: -48, max: 56 }).map((quarters) => quarters * 15),
  });

  it('are read back as the instant they show, whatever zone and skew', () =>
    fc.assert(
      fc.property(clock, fc.integer({ min: 0, max: 1e8 }), ({ skew, utcOffsetMinutes }, ago) => {
        const device = { deviceTime: formatWallClock(NOW + skew + utcOffsetMinutes * 60), utcOffsetMinutes };
        const instant = NOW - ago;
        // A clock far behind makes what it wrote when it was right look later; then only the zone is taken off.
        fc.pre(instant + Math.abs(skew) <= NOW);
        expect(instantOf(wallClockOf(instant, device, NOW), device, NOW)).toBe(instant);
      }),
    ));

  it('never show the future', () =>
    fc.assert(
      fc.property(clock, fc.integer({ min: -1e9, max: 1e9 }), ({ skew, utcOffsetMinutes }, ahead) => {
        const device = { deviceTime: formatWallClock(NOW + skew), utcOffsetMinutes };
        expect(instantOf(formatWallClock(NOW + ahead), device, NOW) ?? NOW).toBeLessThanOrEqual(NOW);
      }),
    ));

  it.each(['9999-01-01 00:00:00', '2400-01-01 00:00:00'])('that say %s date nothing', (deviceTime) => {
    expect(instantOf('2026-03-01 13:00:00', { deviceTime, utcOffsetMinutes: 0 }, NOW)).toBeUndefined();
  });

  it('that fell back to 1970 leave older dates alone', () => {
    const device = { deviceTime: '1970-01-01 00:10:00', utcOffsetMinutes: 60 };
    expect(instantOf('2026-03-01 13:00:00', device, NOW)).toBe(Date.UTC(2026, 2, 1, 12) / 1000);
  });
});

describe('identity', () => {
  const device: AskingDevice = { deviceId: 'kobo', hasProtocol: true, clock: {}, receives: true, isFirstSync: false };
  const item = (n: number, text: string, datetime = '2026-11-01 10:00:00'): DeviceItem => ({
    key: `${datetime}|${n}`,
    datetime,
    fields: { drawer: 'lighten', text, place: { format: 'xpointer', pos0: `/body/p[${n}]` } },
  });
  const sync = (file: FileAnnotations, from: AskingDevice, items: DeviceItem[], keysComplete = true) => {
    const request = {
      kind: 'highlight',
      keys: items,
      keysComplete,
      changes: items,
      deleted: [],
      confirmedDeletes: false,
    } as const;
    const { draft, applied } = takeInExchange(file, from, request, NOW);
    const change = draft.change();
    const all = new Map([...file.annotations, ...change.annotations].map((each) => [each.id, each]));
    const holdings = new Map(
      [...file.holdings, ...change.holdings].map((each) => [`${each.deviceId} ${each.annotationId}`, each]),
    );
    return { file: { annotations: [...all.values()], holdings: [...holdings.values()] }, applied };
  };
  const EMPTY: FileAnnotations = { annotations: [], holdings: [] };
  const other = { ...device, deviceId: 'phone' };

  it('is any device’s key', () => {
    const { file } = sync(EMPTY, device, [item(2, 'one')]);
    expect(sync(file, other, [item(2, 'one')]).applied).toMatchObject({ created: 0, unchanged: 1 });
  });

  it('is the datetime where it is unique and the text agrees', () => {
    const { file } = sync(EMPTY, device, [item(2, 'the White Rabbit')]);
    expect(sync(file, other, [item(3, 'the White Rabbit ran')]).applied).toMatchObject({ created: 0 });
    expect(sync(file, other, [item(3, 'Off with her head')]).applied).toMatchObject({ created: 1 });
  });

  it('tells two of one second apart by their texts when all pointers change', () => {
    const { file } = sync(EMPTY, device, [item(2, 'the White Rabbit'), item(3, 'Off with her head')]);
    const upgraded = [item(12, 'the White Rabbit'), item(13, 'Off with her head')];
    expect(sync(file, device, upgraded).applied).toMatchObject({ created: 0, moved: 2 });
  });

  it('does not make one of two highlights of one second that come in different requests', () => {
    const { file } = sync(EMPTY, device, [item(2, 'the White Rabbit')], false);
    expect(sync(file, device, [item(9, 'Off with her head')], false).applied).toMatchObject({ created: 1 });
  });
});

describe('changes on the server', () => {
  const made: Annotation = {
    id: 1,
    ...createOnServer({ kind: 'highlight', fields: { note: 'a' }, createdAt: NOW, utcOffsetMinutes: 60 }, new Set()),
  };

  it('give a datetime of the user’s wall clock that nothing else in the file has', () => {
    const taken = new Set(['2026-11-18 13:00:00', '2026-11-18 13:00:01']);
    const next = createOnServer({ kind: 'highlight', fields: {}, createdAt: NOW, utcOffsetMinutes: 60 }, taken);
    expect([made.datetime, next.datetime]).toEqual(['2026-11-18 13:00:00', '2026-11-18 13:00:02']);
  });

  it('raise the version by what devices have to hear, and by nothing else', () => {
    expect(editOnServer(made, { note: 'a' }, NOW)).toBe(made);
    expect(editOnServer(made, { note: 'b' }, NOW)).toMatchObject({ version: 2, placeVersion: 1 });
    expect(restoreOnServer(made)).toBe(made);
    expect(restoreOnServer(entomb(made, NOW))).toMatchObject({ version: 3, deletedAt: undefined });
  });
});
