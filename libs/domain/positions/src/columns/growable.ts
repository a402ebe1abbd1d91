const FIRST_ROWS = 32;
const GROWTH = 1.5;

/**
 * A list of unsigned 32-bit numbers that grows in place: what tables are built in, without an object per row. Its memory is handed on
 * when it grows and when it is finished, so that a large table is never there twice.
 */
export class GrowableColumn {
  length = 0;
  private values = new Uint32Array(FIRST_ROWS);

  push(value: number): void {
    if (this.length === this.values.length) this.resize(Math.ceil(this.length * GROWTH));
    this.values[this.length++] = value;
  }

  /** Pushes the same value several times. */
  fill(value: number, times: number): void {
    for (let left = times; left > 0; left--) this.push(value);
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** Keeps only the rows from `from` to `to`, moved to `target` in front of them; `length` is not changed. */
  move(target: number, from: number, to: number): void {
    this.values.copyWithin(target, from, to);
  }

  /** The rows as a column of just their length. The list is empty afterwards. */
  toColumn(): Uint32Array {
    this.resize(this.length);
    const { values } = this;
    this.values = new Uint32Array(FIRST_ROWS);
    this.length = 0;
    return values;
  }

  private resize(rows: number): void {
    this.values = new Uint32Array(this.values.buffer.transfer(rows * Uint32Array.BYTES_PER_ELEMENT));
  }
}

/** Index of the last entry of a rising column that is at most `value`, looking in [first, end); `first - 1` when there is none. */
export function lastAtMost(column: Uint32Array, value: number, first: number, end: number): number {
  let low = first;
  let high = end;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
