import { NAMED_REFERENCES } from './named-references.ts';

/** What Windows-1252 has at 128…159, where character references of old books mean it; 0 where it has nothing. */
const WINDOWS_1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
  0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
];

/** The code point a numeric reference means to HTML and to crengine. */
export function referencedCodePoint(value: number): number {
  return WINDOWS_1252[value - 128] || value;
}

/** The text of one complete reference such as `&amp;` or `&#x2014;`; undefined when it is none. */
export function referencedText(reference: string): string | undefined {
  const body = reference.slice(1, -1);
  if (!body.startsWith('#')) return NAMED_REFERENCES.get(body);
  const value =
    body[1] === 'x' || body[1] === 'X' ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  if (!Number.isFinite(value) || value === 0) return undefined;
  const codePoint = referencedCodePoint(value);
  return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '\ufffd';
}
