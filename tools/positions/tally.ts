/** Counts outcomes by name, and prints them as shares. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count);
  }

  get(name: string): number {
    return this.counts.get(name) ?? 0;
  }

  addAll(other: Tally): void {
    for (const [name, count] of other.counts) this.add(name, count);
  }

  /** The share of `of` as a percentage, `-` when there was nothing to count. */
  share(name: string, of: string): string {
    const whole = this.get(of);
    if (whole === 0) return '-';
    const part = this.get(name);
    // Never rounded up to all of it.
    return part === whole ? '100' : (Math.floor((part / whole) * 10_000) / 100).toFixed(2);
  }
}

/** Prints rows under headings, columns as wide as they need to be. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of [headings, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    console.log(cells.join('  '));
  }
}
