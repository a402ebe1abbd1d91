/** Whole numbers as plain or typed arrays. */
export type Integers = readonly number[] | Int32Array | Float64Array;

/**
 * Many whole numbers as the text of one Postgres array, group after group. The driver makes such a text piece by piece, and leaves a
 * hundred times its size as garbage.
 */
export function integerArray(groups: readonly Integers[]): string {
  return `{${groups
    .filter(({ length }) => length > 0)
    .map((group) => group.join(','))
    .join(',')}}`;
}
