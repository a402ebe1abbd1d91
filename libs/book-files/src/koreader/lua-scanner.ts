/** A file that is no Lua data, or more of it than anybody writes. `line` counts from 1. */
export class LuaDataError extends Error {
  readonly line: number;

  constructor(reason: string, line: number) {
    super(`${reason} in line ${line}`);
    this.line = line;
  }
}

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
const NAME_AND_EQUALS = /([A-Za-z_][A-Za-z0-9_]*)\s*=(?!=)/y;
const NUMBER = /0[xX][0-9a-fA-F]+(?![\w.])|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
const LONG_OPEN = /\[(=*)\[/y;
const SPACE = /[ \t\r\n\f\v]+/y;
/** What stands in a quoted string without a meaning of its own. */
const PLAIN = { '"': /[^"\\\n\r]+/y, "'": /[^'\\\n\r]+/y } as const;
const DIGITS = /\d{1,3}/y;
const TWO_HEX = /[0-9a-fA-F]{2}/y;
const CODE_POINT = /\{([0-9a-fA-F]{1,8})\}/y;

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

/**
 * Reads the words of Lua data. It works on bytes, one to a character, because escapes of a string name bytes of its UTF-8; what is given out
 * is text.
 */
export class LuaScanner {
  private readonly source: string;
  private at: number;

  constructor(bytes: Uint8Array) {
    this.source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    this.at = this.source.startsWith('\xef\xbb\xbf') ? 3 : 0;
  }

  isAtEnd(): boolean {
    this.skipSpace();
    return this.at >= this.source.length;
  }

  /** Goes past one character, if it is the next. */
  skip(character: string): boolean {
    this.skipSpace();
    if (this.source[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  skipKeyBracket(): boolean {
    this.skipSpace();
    if (this.source[this.at] !== '[' || this.match(LONG_OPEN, false)) return false;
    this.at += 1;
    return true;
  }

  peekName(): string | undefined {
    this.skipSpace();
    return this.match(NAME, false)?.[0];
  }

  name(): string {
    this.skipSpace();
    return this.match(NAME)?.[0] ?? '';
  }

  /** A key written as a name: `name =`. */
  keyName(): string | undefined {
    this.skipSpace();
    return this.match(NAME_AND_EQUALS)?.[1];
  }

  number(): number | undefined {
    this.skipSpace();
    const found = this.match(NUMBER);
    return found ? Number(found[0]) : undefined;
  }

  string(): string | undefined {
    this.skipSpace();
    const quote = this.source[this.at];
    if (quote === '"' || quote === "'") {
      this.at += 1;
      return textOf(this.quoted(quote));
    }
    const long = this.longBracket();
    return long === undefined ? undefined : textOf(long);
  }

  fault(reason: string): LuaDataError {
    const line = this.source.slice(0, this.at).split('\n').length;
    return new LuaDataError(reason, line);
  }

  private quoted(quote: '"' | "'"): string {
    const pieces: string[] = [];
    for (;;) {
      const plain = this.match(PLAIN[quote]);
      if (plain) pieces.push(plain[0]);
      const next = this.source[this.at];
      if (next === quote) {
        this.at += 1;
        return pieces.join('');
      }
      if (next !== '\\') throw this.fault('A string has no end');
      this.at += 1;
      pieces.push(this.escape());
    }
  }

  private escape(): string {
    const letter = this.source[this.at];
    if (letter === undefined) throw this.fault('A string has no end');
    const digits = this.match(DIGITS);
    if (digits) return this.byte(Number(digits[0]));
    this.at += 1;
    const plain = ESCAPES[letter];
    if (plain !== undefined) return plain;
    switch (letter) {
      case '\n':
      case '\r':
        this.skipSecondHalf(letter);
        return '\n';
      case 'x':
        return this.byte(Number.parseInt(this.match(TWO_HEX)?.[0] ?? 'none', 16));
      case 'z':
        this.match(SPACE);
        return '';
      case 'u':
        return this.codePoint();
    }
    throw this.fault('A string has an escape nobody writes');
  }

  private byte(value: number): string {
    if (!(value <= 255)) throw this.fault('A string has an escape that is no byte');
    return String.fromCharCode(value);
  }

  private codePoint(): string {
    const value = Number.parseInt(this.match(CODE_POINT)?.[1] ?? 'none', 16);
    if (!(value <= 0x10ffff)) throw this.fault('A string has an escape that is no character');
    return Buffer.from(String.fromCodePoint(value), 'utf8').toString('latin1');
  }

  /** `[[…]]`, `[==[…]==]`: no escapes, and a line break right after the bracket is not part of it. */
  private longBracket(): string | undefined {
    const open = this.match(LONG_OPEN);
    if (!open) return undefined;
    const close = `]${open[1]}]`;
    const end = this.source.indexOf(close, this.at);
    if (end < 0) throw this.fault('A string has no end');
    const content = this.source.slice(this.at, end).replaceAll(/\r\n?|\n\r/g, '\n');
    this.at = end + close.length;
    return content.startsWith('\n') ? content.slice(1) : content;
  }

  private skipSecondHalf(first: '\n' | '\r'): void {
    if (this.source[this.at] === (first === '\n' ? '\r' : '\n')) this.at += 1;
  }

  /** White space and comments. */
  private skipSpace(): void {
    for (;;) {
      this.match(SPACE);
      if (!this.source.startsWith('--', this.at)) return;
      this.at += 2;
      if (this.longBracket() !== undefined) continue;
      const end = this.source.indexOf('\n', this.at);
      this.at = end < 0 ? this.source.length : end;
    }
  }

  private match(pattern: RegExp, isTaken = true): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source);
    if (found && isTaken) this.at += found[0].length;
    return found ?? undefined;
  }
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
