import { isSupported, mediaApplies } from './conditions.ts';

// What is expected here is what the engine itself made of these conditions.
describe('a condition of a style sheet', () => {
  it.each([
    '',
    'all',
    'screen',
    'only screen',
    'screen, print',
    'amzn-mobi, screen',
    'not amzn-kf8',
    'not print',
    '(color)',
    '(min-color: 1)',
    '(max-width: 585px)',
    '(min-width: 26em)',
    '(min-width: 6in)',
    '(min-width: 0)',
    '(min-device-width: 600px)',
    '(orientation: portrait)',
    '(max-aspect-ratio: 1/1)',
    '(min-resolution: 96dpi)',
    '(update: none)',
    '(overflow-block: paged)',
    'screen and (max-width: 600px) and (orientation: portrait)',
    '(min-width: 5000px) or (color)',
    '(color) and (not (grid))',
    '((color))',
    'not all and (monochrome)',
  ])('holds: @media %s', (condition) => {
    expect(mediaApplies(condition)).toBe(true);
  });

  it.each([
    'print',
    'amzn-kf8',
    'handheld, tv',
    'not screen',
    '(min-width: 27em)',
    '(min-width: 600px)',
    '(min-height: 800px)',
    '(orientation: landscape)',
    '(orientation)',
    '(min-resolution: 2dppx)',
    '(monochrome)',
    '(hover: none)',
    '(width >= 300px)',
    '(prefers-color-scheme: dark)',
    'print and (color), screen',
    '(color) and (color) or (color)',
    '(color',
    '(color))',
  ])('does not hold: @media %s', (condition) => {
    expect(mediaApplies(condition)).toBe(false);
  });

  it('may ask what is supported', () => {
    const isKnown = (property: string, value: string) => property === 'display' && value === 'block';
    expect(isSupported('(display: block)', isKnown)).toBe(true);
    expect(isSupported('not (display: grid)', isKnown)).toBe(true);
    expect(isSupported('(display: flex) or (display: block)', isKnown)).toBe(true);
    expect(isSupported('not ((display: flex) or (display: grid))', isKnown)).toBe(true);
    expect(isSupported('(display: grid) and (display: block)', isKnown)).toBe(false);
    expect(isSupported('(--x: 1)', isKnown)).toBe(false);
  });

  it('is understood in finite time, whatever it is', () => {
    for (const bit of ['(', ')', 'not ', 'and (', '(a:', ',', '(width:1'])
      expect(() => mediaApplies(bit.repeat(50_000))).not.toThrow();
  });
});
