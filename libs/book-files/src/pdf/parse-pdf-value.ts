import type { PdfDictionary, PdfString, PdfValue } from './pdf-object.ts';

const MOST_DEPTH = 32;
const SPACE = ' \t\r\n\f\0';
const DELIMITERS = `${SPACE}()<>[]{}/%`;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

/** Reads PDF values one after another from bytes given as latin1 text. Broken syntax reads as undefined, never throws. */
export class PdfParser {
  at: number;
  private readonly text: string;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
  }

  /** The next value; undefined at the end or at what is none. */
  value(depth = 0): PdfValue | undefined {
    this.skipSpace();
    if (depth > MOST_DEPTH) return undefined;
    const character = this.text[this.at];
    if (character === undefined) return undefined;
    if (this.take('<<')) return this.dictionary(depth);
    if (character === '<') return this.hexString();
    if (character === '(') return this.literalString();
    if (character === '/') return { kind: 'name', name: this.name() };
    if (this.take('[')) return this.array(depth);
    return /[-+.\d]/.test(character) ? this.numberOrReference() : this.word();
  }

  /** Whether `word` comes next; it is then skipped. */
  take(word: string): boolean {
    this.skipSpace();
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  private skipSpace(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === '%') while (this.at < this.text.length && !/[\r\n]/.test(this.text[this.at] ?? '')) this.at++;
      else if (character !== undefined && SPACE.includes(character)) this.at++;
      else return;
    }
  }

  private token(): string {
    const start = this.at;
    while (this.at < this.text.length && !DELIMITERS.includes(this.text[this.at] ?? ' ')) this.at++;
    return this.text.slice(start, this.at);
  }

  private name(): string {
    this.at++;
    return this.token().replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }

  private word(): PdfValue | undefined {
    const start = this.at;
    const word = this.token();
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null') return null;
    this.at = start;
    return undefined;
  }

  private numberOrReference(): PdfValue | undefined {
    const first = Number(this.token());
    if (Number.isNaN(first)) return undefined;
    const rest = /^\s{1,16}(\d{1,5})\s{1,16}R(?![A-Za-z])/.exec(this.text.slice(this.at, this.at + 48));
    if (rest === null || !Number.isInteger(first)) return first;
    this.at += rest[0].length;
    return { kind: 'reference', object: first, generation: Number(rest[1]) };
  }

  private array(depth: number): PdfValue[] | undefined {
    const items: PdfValue[] = [];
    while (!this.take(']')) {
      const item = this.value(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    return items;
  }

  private dictionary(depth: number): PdfDictionary | undefined {
    const entries = new Map<string, PdfValue>();
    while (!this.take('>>')) {
      if (this.text[this.at] !== '/') return undefined;
      const key = this.name();
      const value = this.value(depth + 1);
      if (value === undefined) return undefined;
      if (!entries.has(key)) entries.set(key, value);
    }
    return { kind: 'dictionary', entries };
  }

  private hexString(): PdfString | undefined {
    const end = this.text.indexOf('>', this.at);
    if (end < 0) return undefined;
    const digits = this.text.slice(this.at + 1, end).replace(/[^0-9A-Fa-f]/g, '');
    this.at = end + 1;
    return { kind: 'string', bytes: Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, 'hex') };
  }

  private literalString(): PdfString | undefined {
    const parts: string[] = [];
    let open = 0;
    while (this.at < this.text.length) {
      const character = this.text[this.at++] ?? '';
      if (character === '\\') {
        parts.push(this.escaped());
        continue;
      }
      if (character === '(' && open++ === 0) continue;
      if (character === ')' && --open === 0) return { kind: 'string', bytes: Buffer.from(parts.join(''), 'latin1') };
      parts.push(character);
    }
    return undefined;
  }

  private escaped(): string {
    const octal = /^[0-7]{1,3}/.exec(this.text.slice(this.at, this.at + 3))?.[0];
    if (octal !== undefined) {
      this.at += octal.length;
      return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
    }
    const character = this.text[this.at++] ?? '';
    // A line break after a backslash only continues the line.
    if (character === '\r' && this.text[this.at] === '\n') this.at++;
    return character === '\r' || character === '\n' ? '' : (ESCAPES[character] ?? character);
  }
}
