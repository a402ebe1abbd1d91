import { bindingOf } from './binding.ts';

/** Contrast of white-ish lettering (#f6efe0) on a colour, as WCAG defines it. */
function contrastOn(colour: string): number {
  const luminance = (hex: string): number => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5]
      .map((start) => Number.parseInt(hex.slice(start, start + 2), 16) / 255)
      .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return (luminance('#f6efe0') + 0.05) / (luminance(colour) + 0.05);
}

const NAMES = Array.from({ length: 500 }, (_, index) => `Book ${index}\nAuthor ${index % 7}`);

it('binds the same book in the same cloth every time', () => {
  for (const name of NAMES) expect(bindingOf(name)).toEqual(bindingOf(name));
});

it('letters every cloth legibly', () => {
  for (const name of NAMES) expect(contrastOn(bindingOf(name).cloth)).toBeGreaterThan(5);
});

it('gives a shelf of books many different bindings', () => {
  expect(new Set(NAMES.map((name) => JSON.stringify(bindingOf(name)))).size).toBeGreaterThan(30);
});
