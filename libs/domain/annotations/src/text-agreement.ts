/** Share of pairs of letters two texts must have in common to be one passage whose ends were moved. */
const SHARED_ENOUGH = 0.5;

/** @returns Whether two highlighted texts can be of the same passage: equal but for white space, one inside the other, or mostly shared. */
export function textsAgree(a: string | undefined, b: string | undefined): boolean {
  const [first, second] = [plain(a), plain(b)];
  if (first === second) return true;
  if (first === '' || second === '') return false;
  return first.includes(second) || second.includes(first) || sharedPairs(first, second) >= SHARED_ENOUGH;
}

/** @returns Whether two texts are the same but for white space and soft hyphens; never for texts that are empty. */
export function isSameText(a: string | undefined, b: string | undefined): boolean {
  return plain(a) !== '' && plain(a) === plain(b);
}

function plain(text: string | undefined): string {
  return (text ?? '').replaceAll('\u00AD', '').replaceAll(/\s+/g, ' ').trim();
}

/** Dice's coefficient over pairs of neighbouring letters. */
function sharedPairs(a: string, b: string): number {
  const counts = new Map<string, number>();
  for (let at = 0; at + 1 < a.length; at += 1) {
    const pair = a.slice(at, at + 2);
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let at = 0; at + 1 < b.length; at += 1) {
    const pair = b.slice(at, at + 2);
    const left = counts.get(pair) ?? 0;
    if (left > 0) {
      shared += 1;
      counts.set(pair, left - 1);
    }
  }
  return (2 * shared) / Math.max(1, a.length + b.length - 2);
}
