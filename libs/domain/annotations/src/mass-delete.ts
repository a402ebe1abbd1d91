/** Up to this many may vanish at once, unless they are all there were. */
const MOST_AT_ONCE = 10;
/** Fewer than this are nobody's collection. */
const FEWEST_OF_ALL = 3;

/**
 * Whether so many deletions at once look like an accident: KOReader's own import and lost sidecars delete like that.
 *
 * @param known Annotations of the file the device was known to have.
 */
export function isMassDelete(vanished: number, known: number): boolean {
  const isMost = vanished > MOST_AT_ONCE && vanished * 2 > known;
  const isAll = vanished >= FEWEST_OF_ALL && vanished >= known;
  return isMost || isAll;
}
