const FIRST_ROWS = 4096;
const GROWTH = 2;

/** Buffers of finished lists, for the next document: else each would leave some megabytes behind to be collected. */
const SPARE: Uint32Array<ArrayBuffer>[] = [];
const MOST_SPARE = 48;
const LARGEST_SPARE_ROWS = 64 * 1024;

/**
 * A list of unsigned 32-bit numbers that grows in place: what tables are built in, without an object per row. Large ones hand their
 * memory on when they grow and when they are finished, so that no large table is ever there twice.
 */
export class GrowableColumn {
  length = 0;
  private values: Uint32Array<ArrayBuffer> | undefined;

  push(value: number): void {
    const values = this.values ?? this.firstRows();
    if (this.length < values.length) values[this.length] = value;
    else this.resize(values, values.length * GROWTH)[this.length] = value;
    this.length += 1;
  }

  /** Pushes the same value several times. */
  fill(value: number, times: number): void {
    for (let left = times; left > 0; left--) this.push(value);
  }

  at(index: number): number {
    return this.values?.[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (this.values !== undefined) this.values[index] = value;
  }

  /** Moves the rows from `from` to `to` in front, to `target`; `length` is not changed. */
  move(target: number, from: number, to: number): void {
    this.values?.copyWithin(target, from, to);
  }

  /** The rows as a column of just their length. The list is empty afterwards. */
  toColumn(): Uint32Array {
    const { values, length } = this;
    this.values = undefined;
    this.length = 0;
    if (values === undefined) return new Uint32Array();
    if (values.length > LARGEST_SPARE_ROWS) return this.resized(values, length);
    const column = values.slice(0, length);
    if (SPARE.length < MOST_SPARE) SPARE.push(values);
    return column;
  }

  private firstRows(): Uint32Array<ArrayBuffer> {
    this.values = SPARE.pop() ?? new Uint32Array(FIRST_ROWS);
    return this.values;
  }

  private resize(values: Uint32Array<ArrayBuffer>, rows: number): Uint32Array<ArrayBuffer> {
    this.values = this.resized(values, rows);
    return this.values;
  }

  private resized({ buffer }: Uint32Array<ArrayBuffer>, rows: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(buffer.transfer(rows * Uint32Array.BYTES_PER_ELEMENT));
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
