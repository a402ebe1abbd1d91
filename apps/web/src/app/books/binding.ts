/** How a cover is drawn for a book without one. */
export interface Binding {
  /** Colour of the cloth; white lettering on it has a contrast of 5 or more. */
  readonly cloth: string;
  readonly ornament: (typeof ORNAMENTS)[number];
}

const CLOTHS = [
  '#2b5a4c',
  '#6b2f2a',
  '#2f4668',
  '#5a4a22',
  '#4d3a5e',
  '#27525c',
  '#704321',
  '#43512a',
  '#5b2c46',
  '#3b4147',
];
const ORNAMENTS = ['frame', 'bands', 'spine', 'arch'] as const;

/** The same book always gets the same binding. */
export function bindingOf(name: string): Binding {
  const seed = hashOf(name);
  return {
    cloth: CLOTHS[seed % CLOTHS.length] ?? '#3b4147',
    ornament: ORNAMENTS[Math.floor(seed / CLOTHS.length) % ORNAMENTS.length] ?? 'frame',
  };
}

/** FNV-1a over UTF-16 code units: well spread, and the same everywhere. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
