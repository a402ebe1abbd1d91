/** Whether version `one` is older than `other`, number by number; what is no version is older than nothing. */
export function isOlderVersion(one: string, other: string): boolean {
  const [ones, others] = [numbersOf(one), numbersOf(other)];
  if (!ones || !others) return false;
  for (let n = 0; n < Math.max(ones.length, others.length); n += 1) {
    const difference = (ones[n] ?? 0) - (others[n] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

function numbersOf(version: string): number[] | undefined {
  const numbers = /^v?(\d{1,9}(?:\.\d{1,9}){0,3})/.exec(version)?.[1]?.split('.');
  return numbers?.map(Number);
}
