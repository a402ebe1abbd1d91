import { LuaScanner } from './lua-scanner.ts';

export { LuaDataError } from './lua-scanner.ts';

/** A value of a Lua table that holds data only; `undefined` is nil. */
export type LuaValue = string | number | boolean | LuaTable | undefined;

/** What one file may cost. KOReader's own stay far below. */
export interface LuaLimits {
  /** Tables inside of tables. */
  readonly depth: number;
  /** Entries of all tables together. */
  readonly entries: number;
}

const USUAL_LIMITS: LuaLimits = { depth: 64, entries: 1_000_000 };

/** A Lua table: a map whose keys 1, 2, 3, … are also a list. */
export class LuaTable {
  private readonly values = new Map<string | number | boolean, Exclude<LuaValue, undefined>>();

  get(key: string | number | boolean): LuaValue {
    return this.values.get(key);
  }

  /** As in Lua, nil takes the entry away. */
  set(key: string | number | boolean, value: LuaValue): void {
    if (value === undefined) this.values.delete(key);
    else this.values.set(key, value);
  }

  /** In the order they were written. */
  entries(): IterableIterator<[string | number | boolean, Exclude<LuaValue, undefined>]> {
    return this.values.entries();
  }

  /** Values from key 1 on, up to the first that is missing. */
  list(): Exclude<LuaValue, undefined>[] {
    const list: Exclude<LuaValue, undefined>[] = [];
    for (let at = 1; ; at += 1) {
      const value = this.values.get(at);
      if (value === undefined) return list;
      list.push(value);
    }
  }

  table(key: string | number): LuaTable | undefined {
    const value = this.values.get(key);
    return value instanceof LuaTable ? value : undefined;
  }

  text(key: string): string | undefined {
    const value = this.values.get(key);
    return typeof value === 'string' ? value : undefined;
  }

  /** A number that is one: neither infinite nor NaN. */
  number(key: string): number | undefined {
    const value = this.values.get(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  }
}

/**
 * Reads a file that returns Lua data, as KOReader's settings and sidecars do: tables, strings, numbers, booleans and nil. Nothing in it is
 * ever run: a name, call or operator that is no data is an error.
 *
 * @throws LuaDataError
 */
export function parseLuaData(bytes: Uint8Array, limits: LuaLimits = USUAL_LIMITS): LuaValue {
  const parser = new LuaParser(new LuaScanner(bytes), limits);
  return parser.file();
}

const NAMED_NUMBERS: Readonly<Record<string, number>> = { inf: Infinity, nan: NaN };

class LuaParser {
  private readonly scanner: LuaScanner;
  private readonly limits: LuaLimits;
  private depth = 0;
  private entryCount = 0;

  constructor(scanner: LuaScanner, limits: LuaLimits) {
    this.scanner = scanner;
    this.limits = limits;
  }

  file(): LuaValue {
    const { scanner } = this;
    // Both a chunk that returns its table and a bare table are data.
    if (scanner.peekName() === 'return') scanner.name();
    const value = this.value();
    scanner.skip(';');
    if (!scanner.isAtEnd()) throw scanner.fault('Something stands after the data');
    return value;
  }

  private value(): LuaValue {
    const { scanner } = this;
    if (scanner.skip('{')) return this.table();
    const text = scanner.string();
    if (text !== undefined) return text;
    const name = scanner.peekName();
    return name === undefined ? this.number() : this.named(scanner.name());
  }

  private named(name: string): LuaValue {
    switch (name) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'nil':
        return undefined;
      case 'inf':
      case 'nan':
        return NAMED_NUMBERS[name];
      case 'math':
        if (this.scanner.skip('.') && this.scanner.peekName() === 'huge') {
          this.scanner.name();
          return Infinity;
        }
    }
    throw this.scanner.fault(`"${name.slice(0, 40)}" is no data`);
  }

  /** A number, or what KOReader writes for those without digits: `-inf`, `1/0`. */
  private number(): number {
    const { scanner } = this;
    const sign = scanner.skip('-') ? -1 : 1;
    const number = sign * this.unsigned();
    return scanner.skip('/') ? number / this.unsigned() : number;
  }

  private unsigned(): number {
    const { scanner } = this;
    const name = scanner.peekName();
    if (name === 'inf' || name === 'nan' || name === 'math') return Number(this.named(scanner.name()));
    const number = scanner.number();
    if (number === undefined) throw scanner.fault('A value is missing');
    return number;
  }

  private table(): LuaTable {
    const { scanner } = this;
    this.depth += 1;
    if (this.depth > this.limits.depth) throw scanner.fault('Tables are nested too deeply');
    const table = new LuaTable();
    let position = 1;
    while (!scanner.skip('}')) {
      this.entryCount += 1;
      if (this.entryCount > this.limits.entries) throw scanner.fault('There are too many entries');
      const key = this.key();
      const value = this.value();
      if (key === undefined) {
        table.set(position, value);
        position += 1;
      } else {
        table.set(key, value);
      }
      if (!scanner.skip(',') && !scanner.skip(';')) {
        if (!scanner.skip('}')) throw scanner.fault('A comma is missing');
        break;
      }
    }
    this.depth -= 1;
    return table;
  }

  /** @returns undefined for an entry without one, which is the next of the list. */
  private key(): string | number | boolean | undefined {
    const { scanner } = this;
    // `[[` and `[=` begin a string, which is a value.
    if (scanner.skipKeyBracket()) {
      const key = this.value();
      if (key === undefined || key instanceof LuaTable || Number.isNaN(key)) throw scanner.fault('A key is no key');
      if (!scanner.skip(']')) throw scanner.fault('A bracket is missing');
      if (!scanner.skip('=')) throw scanner.fault('A key has no value');
      return key;
    }
    return scanner.keyName();
  }
}
