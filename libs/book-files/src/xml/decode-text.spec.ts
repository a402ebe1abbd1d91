import { decodeXmlText } from './decode-text.ts';

const WORD = 'Ёлка';
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><p>${WORD}</p>`;

describe('the text of an XML file', () => {
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(declared('utf-8'))],
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${declared('utf-8')}`)],
    ['UTF-16 with a byte order mark', Buffer.from(`\uFEFF${declared('utf-16')}`, 'utf16le')],
    ['UTF-16 big endian', Buffer.from(`\uFEFF${declared('utf-16')}`, 'utf16le').swap16()],
    ['UTF-16 without a byte order mark that says UTF-8', Buffer.from(declared('utf-8'), 'utf16le')],
    ['UTF-8 that says windows-1251', Buffer.from(declared('windows-1251'))],
    ['windows-1251', windows1251(declared('windows-1251'))],
  ])('is read from %s', (_, bytes) => {
    expect(decodeXmlText(bytes)).toContain(`<p>${WORD}</p>`);
    expect(decodeXmlText(bytes)).not.toContain('\uFEFF');
  });

  it('is Windows-1252 when it is not the UTF-8 it says, or an encoding nobody knows', () => {
    expect(decodeXmlText(Buffer.from('<?xml encoding="utf-8"?>Caf\u00e9', 'latin1'))).toContain('Café');
    expect(decodeXmlText(Buffer.from('<?xml version="1.0" encoding="x-nope"?>Caf\u00e9', 'latin1'))).toContain('Café');
  });

  it('may be cut inside a character', () => {
    const bytes = Buffer.from('<p>Ёлка草');
    expect(decodeXmlText(bytes.subarray(0, bytes.length - 1), { isCut: true })).toBe('<p>Ёлка');
  });
});

function windows1251(text: string): Buffer {
  return Buffer.from(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (character === 'Ё') return 0xa8;
      return code >= 0x410 ? code - 0x410 + 0xc0 : code;
    }),
  );
}
