import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { luaString } from './lua-string.ts';

/** What the literal means, by the one escape it uses. */
function read(literal: string): Buffer {
  expect(literal).toMatch(/^"(?:[ !#-[\]-~]|\\\d{3})*"$/);
  const bytes = [...literal.slice(1, -1).matchAll(/\\(\d{3})|(.)/g)].map(([, code, plain]) =>
    code === undefined ? (plain ?? '').charCodeAt(0) : Number(code),
  );
  return Buffer.from(bytes);
}

describe('luaString', () => {
  it('means the UTF-8 bytes of any text, and never ends early', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        expect(read(luaString(text))).toEqual(Buffer.from(text, 'utf8')),
      ),
    ));

  it('is read so by LuaJIT', () => {
    const texts = ['plain', '"]] --[[', '\\', '\\n', 'a\nb\r\0c', 'Ünïcode 💩', '1' + '\x01' + '2'];
    if (spawnSync('luajit', ['-v']).status !== 0) return;
    for (const text of texts) {
      const script = `io.write(((${luaString(text)}):gsub('.', function(c) return ('%02x'):format(c:byte()) end)))`;
      expect(execFileSync('luajit', ['-e', script], { encoding: 'utf8' })).toBe(
        Buffer.from(text, 'utf8').toString('hex'),
      );
    }
  });
});
