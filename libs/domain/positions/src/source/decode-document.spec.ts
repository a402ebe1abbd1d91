import { decodeDocument } from './decode-document.ts';

describe('decoding a document', () => {
  it.each([
    ['UTF-8 without a word', [...new TextEncoder().encode('<p>né 漢</p>')], '<p>né 漢</p>'],
    ['a byte order mark', [0xef, 0xbb, 0xbf, ...ascii('<p>'), 0xc3, 0xa9], '<p>é'],
    ['little-endian UTF-16', [0xff, 0xfe, 0x3c, 0, 0x70, 0, 0xe9, 0], '<pé'],
    ['big-endian UTF-16 without a mark', [0, 0x3c, 0, 0x3f, 0, 0x78, 0, 0x6d], '<?xm'],
    [
      'the XML declaration',
      [...ascii('<?xml version="1.0" encoding="windows-1251"?><p>'), 0xe9],
      '<?xml version="1.0" encoding="windows-1251"?><p>й',
    ],
    ['<meta charset>', [...ascii('<meta charset="iso-8859-2"><p>'), 0xb1], '<meta charset="iso-8859-2"><p>ą'],
    [
      '<meta http-equiv>',
      [...ascii('<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"/>'), 0xc1],
      '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r"/>а',
    ],
    ['Windows-1252, when it is not UTF-8', [...ascii('<p>'), 0x93, 0xe9], '<p>“é'],
    [
      'an encoding nobody knows',
      [...ascii('<?xml version="1.0" encoding="klingon"?>'), 0xc3, 0xa9],
      '<?xml version="1.0" encoding="klingon"?>é',
    ],
    [
      'UTF-8, whatever is declared that crengine does not know',
      [...ascii('<?xml version="1.0" encoding="us-ascii"?>'), 0xc3, 0xa9],
      '<?xml version="1.0" encoding="us-ascii"?>é',
    ],
    [
      'the same of two bytes, by another name',
      [...ascii('<?xml version="1.0" encoding="UCS-2"?>'), 0xc3, 0xa9],
      '<?xml version="1.0" encoding="UCS-2"?>é',
    ],
    [
      'a declaration only others know, where it is no UTF-8',
      [...ascii('<?xml version="1.0" encoding="iso-8859-7"?>'), 0xe1],
      '<?xml version="1.0" encoding="iso-8859-7"?>α',
    ],
    [
      'names only crengine knows',
      [...ascii('<?xml version="1.0" encoding="CP936"?>'), 0xd6, 0xd0],
      '<?xml version="1.0" encoding="CP936"?>中',
    ],
    ['no <meta> of two bytes', ascii('<meta charset="utf-16"/>'), '<meta charset="utf-16"/>'],
    ['big-endian UTF-16 only if that begins as XML', [0, 0x3c, 0, 0x68], '\0<\0h'],
    ['nothing', [], ''],
  ])('goes by %s', (_what, bytes, text) => {
    expect(decodeDocument(Uint8Array.from(bytes))).toBe(text);
  });

  it('finds no page in what says it is of two bytes and is not', () => {
    const bytes = Uint8Array.from(ascii('<?xml version="1.0" encoding="UTF-16"?><html><body>text</body></html>'));
    expect(decodeDocument(bytes)).not.toContain('html');
  });
});

function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
