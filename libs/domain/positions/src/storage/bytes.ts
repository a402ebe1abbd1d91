/** Thrown when bytes are not what was written: cut off, or of something else. */
export class DamagedBytes extends Error {}

/** Writes numbers, texts and columns into bytes that grow as needed. */
export class ByteWriter {
  private bytes = new Uint8Array(4096);
  private length = 0;

  /** A whole number from 0 to 2³²-1, in one to five bytes. */
  number(value: number): void {
    this.reserve(5);
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.length++] = (left & 0x7f) | 0x80;
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.length++] = left;
  }

  text(value: string): void {
    const encoded = new TextEncoder().encode(value);
    this.number(encoded.length);
    this.reserve(encoded.length);
    this.bytes.set(encoded, this.length);
    this.length += encoded.length;
  }

  texts(values: readonly string[]): void {
    this.number(values.length);
    for (const value of values) this.text(value);
  }

  /** A column as differences from row to row: offsets rise slowly, and take a byte or two each. */
  column(values: Uint32Array | Uint8Array): void {
    this.number(values.length);
    let previous = 0;
    for (const value of values) {
      const difference = value - previous;
      this.number(difference >= 0 ? difference * 2 : -difference * 2 - 1);
      previous = value;
    }
  }

  toBytes(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

/** Reads what `ByteWriter` wrote. Throws DamagedBytes rather than to read past the end or to make room for what is not there. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  number(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 5; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new DamagedBytes('cut off');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    throw new DamagedBytes('not a number');
  }

  text(): string {
    const length = this.count();
    const end = this.at + length;
    const value = new TextDecoder().decode(this.bytes.subarray(this.at, end));
    this.at = end;
    return value;
  }

  texts(): string[] {
    return Array.from({ length: this.count() }, () => this.text());
  }

  column(): Uint32Array {
    const values = new Uint32Array(this.count());
    let previous = 0;
    for (let row = 0; row < values.length; row++) {
      const coded = this.number();
      previous += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2;
      values[row] = previous;
    }
    return values;
  }

  smallColumn(): Uint8Array {
    return Uint8Array.from(this.column());
  }

  /** A count of things that take a byte each at least. */
  private count(): number {
    const count = this.number();
    if (count > this.bytes.length - this.at) throw new DamagedBytes('cut off');
    return count;
  }
}
