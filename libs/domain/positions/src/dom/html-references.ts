import { NAMED_REFERENCES } from '../source/named-references.ts';
import { referencedText } from '../source/references.ts';
import type { SourceReference } from './build-dom-view.ts';

/** References HTML knows without a semicolon, too. */
const OLD_NAMES = new Set(
  `AElig AMP Aacute Acirc Agrave Aring Atilde Auml COPY Ccedil ETH Eacute Ecirc Egrave Euml GT Iacute Icirc Igrave Iuml LT Ntilde Oacute
  Ocirc Ograve Oslash Otilde Ouml QUOT REG THORN Uacute Ucirc Ugrave Uuml Yacute aacute acirc acute aelig agrave amp aring atilde auml
  brvbar ccedil cedil cent copy curren deg divide eacute ecirc egrave eth euml frac12 frac14 frac34 gt iacute icirc iexcl igrave iquest
  iuml laquo lt macr micro middot nbsp not ntilde oacute ocirc ograve ordf ordm oslash otilde ouml para plusmn pound quot raquo reg sect
  shy sup1 sup2 sup3 szlig thorn times uacute ucirc ugrave uml uuml yacute yen yuml`.split(/\s+/),
);
const SHORTEST_OLD_NAME = 2;
const LONGEST_OLD_NAME = 6;
const REFERENCE = /&(?:#(?:[xX]([\da-fA-F]+)|(\d+))|([A-Za-z][A-Za-z\d]*))(;?)/y;

/** The reference in the text of an HTML document that an ampersand begins; undefined where it is an ampersand only. */
export function htmlReferenceAt(source: string, ampersand: number, end: number): SourceReference | undefined {
  REFERENCE.lastIndex = ampersand;
  const found = REFERENCE.exec(source);
  if (found === null || ampersand + found[0].length > end) return undefined;
  const [whole, hexadecimal, decimal, name = '', semicolon] = found;
  if (name === '') {
    const value = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    return { units: whole.length, count: value > 0xffff && value <= 0x10ffff ? 2 : 1 };
  }
  const text = semicolon === ';' ? NAMED_REFERENCES.get(name) : undefined;
  if (text !== undefined) return { units: whole.length, count: text.length };
  for (let length = Math.min(LONGEST_OLD_NAME, name.length); length >= SHORTEST_OLD_NAME; length--) {
    if (OLD_NAMES.has(name.slice(0, length))) return { units: length + 1, count: 1 };
  }
  return undefined;
}

/** An attribute's value with its references read. */
export function withHtmlReferences(value: string): string {
  if (!value.includes('&')) return value;
  return value.replace(/&[#\w]+;/g, (reference) => referencedText(reference) ?? reference);
}

/** The text a reference found by `htmlReferenceAt` stands for. */
export function textOfHtmlReference(reference: string): string {
  return referencedText(reference.endsWith(';') ? reference : `${reference};`) ?? '\ufffd';
}
