/** A list of unsigned 32-bit numbers that grows in place: what tables are built in, without an object per row. */
export class GrowableColumn {
  length = 0;
  private values = new Uint32Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Uint32Array(this.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(index: number): number {
    return this.values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.values[index] = value;
  }

  /** A copy of just the used part. */
  toColumn(): Uint32Array {
    return this.values.slice(0, this.length);
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
