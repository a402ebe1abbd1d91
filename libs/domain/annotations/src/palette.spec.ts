import fc from 'fast-check';
import {
  type Drawer,
  drawerFromStyle,
  hexFromKoreader,
  koboFromKoreader,
  koreaderFromHex,
  KOREADER_COLORS,
  styleFromDrawer,
} from './palette.ts';

describe('palette', () => {
  it('brings every colour and drawer of KOReader back as it was', () => {
    for (const { name } of KOREADER_COLORS) expect(koreaderFromHex(hexFromKoreader(name))).toBe(name);
    for (const drawer of ['lighten', 'underscore', 'strikeout', 'invert'] satisfies Drawer[]) {
      expect(drawerFromStyle(styleFromDrawer(drawer))).toBe(drawer);
    }
  });

  it('does not drift: the nearest of the nearest is the same', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (color) => {
        const name = koreaderFromHex(`#${color.toString(16).padStart(6, '0')}`);
        expect(koreaderFromHex(hexFromKoreader(name))).toBe(name);
      }),
    ));

  it('shows our pink as purple, dull colours as gray and an unknown name as yellow', () => {
    expect(koreaderFromHex('#F472B6')).toBe('purple');
    expect(koreaderFromHex('#808078')).toBe('gray');
    expect(hexFromKoreader('mauve')).toBe('#FACC15');
    expect(koreaderFromHex('no colour')).toBe('yellow');
  });

  it('finds one of Kobo’s four for each', () => {
    expect(koboFromKoreader('red').name).toBe('pink');
    expect(koboFromKoreader('gray').name).toBe('yellow');
    expect(koboFromKoreader('blue').name).toBe('blue');
  });
});
