import fc from 'fast-check';
import { LuaDataError, LuaTable, type LuaValue, parseLuaData } from './lua-data.ts';

const parse = (text: string) => parseLuaData(Buffer.from(text, 'utf8'));
const table = (text: string) => {
  const value = parse(text);
  if (!(value instanceof LuaTable)) throw new Error('no table');
  return value;
};

/** Writes data as KOReader's `dump` does. */
function written(value: LuaValue): string {
  if (value instanceof LuaTable)
    return `{\n${[...value.entries()].map(([key, each]) => `[${written(key)}] = ${written(each)},\n`).join('')}}`;
  if (typeof value === 'string')
    return `"${value
      .replaceAll(/["\\\n]/g, '\\$&')
      .replaceAll('\r', '\\r')
      .replaceAll('\0', '\\0')}"`;
  if (Object.is(value, -0)) return '-0';
  return value === undefined ? 'nil' : String(value);
}

const text = () => fc.string({ unit: 'binary' }).map((each) => each.toWellFormed());
const scalar = () => fc.oneof(text(), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean());
const { tree } = fc.letrec<{ tree: LuaValue }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    scalar(),
    fc.array(fc.tuple(fc.oneof(text(), fc.integer()), tie('tree'))).map((entries) => {
      const made = new LuaTable();
      for (const [key, value] of entries) made.set(key, value);
      return made;
    }),
  ),
}));

describe('Lua data', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(parse(`-- /mnt/onboard/x\nreturn ${written(value)}\n`)).toEqual(value);
      }),
    );
  });

  it('never does anything but give data or say what is wrong, whatever the bytes', () => {
    const near = fc.array(
      fc.constantFrom('{', '}', '[', ']', '=', ',', '"', '\\', '\n', '1', '-', '[[', ']]', '--', 'nil', 'x', '.', '/'),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          near.map((words) => Buffer.from(words.join(''))),
        ),
        (bytes) => {
          try {
            parseLuaData(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(LuaDataError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('has strings with every escape and every kind of quote', () => {
    expect(
      parse(String.raw`return "a\n\t\\\"\'\65\066\x43\u{48}\z
       é\195\169"`),
    ).toBe('a\n\t\\"\'ABCHéé');
    expect(parse('return \'single "inside"\'')).toBe('single "inside"');
    expect(parse('return "over\\\ntwo lines"')).toBe('over\ntwo lines');
    expect(parse('return [[\nlong "as" it \\n stands]]')).toBe('long "as" it \\n stands');
    expect(parse('return [==[with ]] and ]=] inside]==]')).toBe('with ]] and ]=] inside');
  });

  it('has numbers of every kind', () => {
    expect(table('return { 1, -2.5, 1e3, .5, 0x1F, -0x10, inf, -inf, math.huge, 1/0, -1/0 }').list()).toEqual([
      1,
      -2.5,
      1000,
      0.5,
      31,
      -16,
      Infinity,
      -Infinity,
      Infinity,
      Infinity,
      -Infinity,
    ]);
    expect(parse('return nan')).toBeNaN();
    expect(parse('return -nan')).toBeNaN();
  });

  it('has lists, names and keys mixed, comments between, and no entry where nil stands', () => {
    const value = table(`--[[ a
      comment ]] return { "one", name = true, [7] = "seven"; "two", [false] = nil, --[==[ ]] ]==]
      -- to the end of the line
      ["with space"] = { } , }`);
    expect(value.list()).toEqual(['one', 'two']);
    expect([value.get('name'), value.get(7), value.get(false), value.get('with space')]).toEqual([
      true,
      'seven',
      undefined,
      new LuaTable(),
    ]);
    expect(table('return { __proto__ = 1, constructor = 2 }').get('toString')).toBeUndefined();
  });

  it.each([
    ['return os.execute("rm")', '"os" is no data in line 1'],
    ['return { a = f() }', '"f" is no data in line 1'],
    ['local x = {}\nreturn x', '"local" is no data in line 1'],
    ['return { \n1 + 1 }', 'A comma is missing in line 2'],
    ['return "open', 'A string has no end in line 1'],
    ['return {} {}', 'Something stands after the data in line 1'],
    ['return { function() end }', '"function" is no data in line 1'],
    ['return "\\400"', 'A string has an escape that is no byte in line 1'],
    ['', 'A value is missing in line 1'],
  ])('refuses %j', (source, message) => {
    expect(() => parse(source)).toThrow(message);
  });

  it('is bounded in depth and number', () => {
    expect(() => parse(`return ${'{'.repeat(100_000)}`)).toThrow('nested too deeply');
    expect(() => parse(`return ${'{'.repeat(64)}${'}'.repeat(64)}`)).not.toThrow();
    expect(() => parseLuaData(Buffer.from('return {1,2,3}'), { depth: 9, entries: 2 })).toThrow('too many entries');
    for (const many of ['- ', '1/', '-1/', 'math.huge / '])
      expect(() => parse(`return ${many.repeat(100_000)}1`)).toThrow(LuaDataError);
  });
});
