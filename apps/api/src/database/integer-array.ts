/**
 * Many whole numbers as the text of a Postgres array. Driver and Postgres would do without, but the driver makes such a text piece by
 * piece and leaves a hundred times its size as garbage.
 */
export function integerArray(values: readonly number[]): string {
  return `{${values.join(',')}}`;
}
