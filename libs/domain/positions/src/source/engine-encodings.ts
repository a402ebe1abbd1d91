/** Every name of an encoding crengine knows, by the name decoders know it by; of the last, only that a character is a byte matters. */
const NAMES: Readonly<Record<string, string>> = {
  'utf-8': 'utf-8',
  gbk: 'gbk gb2312 cp936 cp-936',
  shift_jis: 'shift-jis shift_jis sjis ms_kanji csshiftjis shift_jisx0213 shift_jis-2004 cp932',
  'euc-jp': 'euc-jisx0213 euc-jis-2004 euc-jis euc-jp eucjp',
  big5: 'big5 big5-2003 big-5 big-five bigfive cn-big5 csbig5 cp950',
  'euc-kr': 'euc_kr euc-kr euckr cseuckr cp51949 cp949',
  'windows-1250': 'windows-1250 cp1250',
  'windows-1251': 'windows-1251 cp1251',
  'windows-1253': 'windows-1253 cp1253',
  'windows-1254': 'windows-1254 cp1254',
  'windows-1257': 'windows-1257 cp1257',
  'iso-8859-2': 'iso-8859-2 iso8859-2 iso8859_2 latin-2 latin-5',
  'iso-8859-5': 'iso-8859-5 iso_8859-5 iso8859-5',
  'iso-8859-16': 'iso-8859-16 iso8859-16 iso8859_16',
  'koi8-r': 'koi8-r koi8r koi-8r',
  ibm866: 'cp866 windows-866',
  'windows-1252':
    'windows-1252 cp1252 iso-8859-1 iso_8859-1 iso8859-1 latin-1 cp737 cp775 cp850 cp852 windows-850 windows-852',
};

const DECODERS = new Map(
  Object.entries(NAMES).flatMap(([decoder, names]) => names.split(' ').map((name) => [name, decoder] as const)),
);

/** The decoder for an encoding crengine knows by this name, which is in small letters. */
export function engineDecoderOf(name: string): string | undefined {
  return DECODERS.get(name);
}

/** Whether crengine takes what is declared so for two or four bytes a character: then there is no page in it to crengine. */
export function isWideName(name: string): boolean {
  return /^utf-(?:16|32)(?:le|be)?$/.test(name);
}
