import fc from 'fast-check';
import { Refusal } from '../http/index.ts';
import { checkStockPush, documentKey } from './stock-progress.ts';

const PUSH = { document: 'd', percentage: 0.5, progress: '/p.0', device: 'D', device_id: 'I' };

describe('checkStockPush', () => {
  it('takes anything or refuses it with a kosync number, whatever it is', () =>
    fc.assert(
      fc.property(
        fc.anything(),
        fc.record({
          document: fc.anything(),
          percentage: fc.anything(),
          progress: fc.anything(),
          device: fc.anything(),
          device_id: fc.anything(),
          metadata: fc.anything(),
        }),
        (body, fields) => {
          for (const push of [body, fields]) {
            try {
              const checked = checkStockPush(push, 1);
              expect(checked.percentage).toBeGreaterThanOrEqual(0);
              expect(checked.percentage).toBeLessThanOrEqual(1);
              expect(checked.document.length).toBeGreaterThan(0);
              expect(checked.deviceId.length).toBeGreaterThan(0);
            } catch (error) {
              expect(error).toBeInstanceOf(Refusal);
              expect([2003, 2004]).toContain((error as Refusal).answer().code);
            }
          }
        },
      ),
    ));

  it('keeps storable text byte for byte', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        fc.pre(!text.includes('\0'));
        expect(checkStockPush({ ...PUSH, progress: text }, 1).progress).toBe(text);
      }),
    ));

  it('derives the same id for the same user and device, and another for any other', () => {
    const idOf = (userId: number, device: string) =>
      checkStockPush({ ...PUSH, device, device_id: undefined }, userId).deviceId;
    expect(idOf(1, 'Kobo')).toBe(idOf(1, 'Kobo'));
    expect(new Set([idOf(1, 'Kobo'), idOf(2, 'Kobo'), idOf(1, 'Kindle'), idOf(1, '')]).size).toBe(4);
    expect(checkStockPush({ ...PUSH, device_id: '' }, 1).deviceId).toBe(idOf(1, 'D'));
  });

  it('cuts a title on a code point edge', () => {
    const { title } = checkStockPush({ ...PUSH, metadata: { title: `${'x'.repeat(499)}💩` } }, 1);
    expect(title).toBe('x'.repeat(499));
  });
});

describe('documentKey', () => {
  it('lowers fingerprints alone', () => {
    expect(documentKey('ABCDEF0123456789ABCDEF0123456789')).toBe('abcdef0123456789abcdef0123456789');
    expect(documentKey('My Book.EPUB')).toBe('My Book.EPUB');
  });
});
