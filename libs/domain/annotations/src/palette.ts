/** KOReader's name for how a highlight is drawn. */
export type Drawer = 'lighten' | 'underscore' | 'strikeout' | 'invert';

/** Our name for it. */
export type HighlightStyle = 'highlight' | 'underline' | 'strikethrough' | 'squiggly' | 'invert';

const STYLE_BY_DRAWER: Readonly<Record<Drawer, HighlightStyle>> = {
  lighten: 'highlight',
  underscore: 'underline',
  strikeout: 'strikethrough',
  invert: 'invert',
};

/** @returns Our style for KOReader's drawer. */
export function styleFromDrawer(drawer: Drawer): HighlightStyle {
  return STYLE_BY_DRAWER[drawer];
}

/** @returns KOReader's drawer for our style; squiggly lines become straight ones. */
export function drawerFromStyle(style: HighlightStyle): Drawer {
  switch (style) {
    case 'highlight':
      return 'lighten';
    case 'underline':
    case 'squiggly':
      return 'underscore';
    case 'strikethrough':
      return 'strikeout';
    case 'invert':
      return 'invert';
  }
}

/** A colour by KOReader's name, with the hex our palette shows it in. */
export interface PaletteColor {
  readonly name: string;
  /** `#RRGGBB` */
  readonly hex: string;
}

/** KOReader's nine, as existing clients of this API know them. */
export const KOREADER_COLORS = [
  { name: 'red', hex: '#F87171' },
  { name: 'orange', hex: '#FB923C' },
  { name: 'yellow', hex: '#FACC15' },
  { name: 'green', hex: '#4ADE80' },
  { name: 'olive', hex: '#84CC16' },
  { name: 'cyan', hex: '#22D3EE' },
  { name: 'blue', hex: '#38BDF8' },
  { name: 'purple', hex: '#C084FC' },
  { name: 'gray', hex: '#9CA3AF' },
] as const satisfies readonly PaletteColor[];

/** Ours, and not KOReader's: shown there as purple. */
export const PINK_HEX = '#F472B6';

/** Kobo's four. */
export const KOBO_COLORS = [
  { name: 'yellow', hex: '#F6F3B3' },
  { name: 'green', hex: '#C6E09E' },
  { name: 'blue', hex: '#B2E1E8' },
  { name: 'pink', hex: '#E8AFCF' },
] as const satisfies readonly PaletteColor[];

/** Below this spread between the largest and smallest of red, green and blue a colour is a gray. */
const GRAY_CHROMA = 40;

const KOBO_FALLBACK: Readonly<Record<string, (typeof KOBO_COLORS)[number]['name']>> = {
  red: 'pink',
  purple: 'pink',
  orange: 'yellow',
  gray: 'yellow',
  cyan: 'blue',
  olive: 'green',
};

/**
 * The colour a device's name is shown in.
 *
 * @param name A colour of KOReader, or one the user added there; the name itself is kept and sent back unchanged.
 */
export function hexFromKoreader(name: string | undefined): string {
  return KOREADER_COLORS.find((color) => color.name === name?.toLowerCase())?.hex ?? '#FACC15';
}

/** KOReader's name nearest to a hex of ours. */
export function koreaderFromHex(hex: string): (typeof KOREADER_COLORS)[number]['name'] {
  if (hex.toUpperCase() === PINK_HEX) return 'purple';
  const exact = KOREADER_COLORS.find((color) => color.hex === hex.toUpperCase());
  if (exact) return exact.name;
  const rgb = rgbOf(hex);
  if (!rgb) return 'yellow';
  if (Math.max(...rgb) - Math.min(...rgb) < GRAY_CHROMA) return 'gray';
  return nearest(KOREADER_COLORS, rgb).name;
}

/** Kobo's colour for a colour of KOReader. */
export function koboFromKoreader(name: string): (typeof KOBO_COLORS)[number] {
  const koboName = KOBO_FALLBACK[name] ?? name;
  return KOBO_COLORS.find((color) => color.name === koboName) ?? KOBO_COLORS[0];
}

function nearest<C extends PaletteColor>(colors: readonly C[], rgb: Rgb): C {
  return colors.reduce((best, color) => (distance(color, rgb) < distance(best, rgb) ? color : best));
}

type Rgb = readonly [number, number, number];

function distance(color: PaletteColor, [red, green, blue]: Rgb): number {
  const [r, g, b] = rgbOf(color.hex) ?? [0, 0, 0];
  return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
}

function rgbOf(hex: string): Rgb | undefined {
  const [, red, green, blue] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}
