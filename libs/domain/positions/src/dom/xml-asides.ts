import { isMarkupSpace } from '../source/markup.ts';
import { endOfXmlName } from './xml-names.ts';

/** Offset behind the comment that starts at an offset, or -1 where it never ends or has two hyphens inside. */
export function endOfXmlComment(source: string, start: number): number {
  const hyphens = source.indexOf('--', start + 4);
  return hyphens >= 0 && source[hyphens + 2] === '>' ? hyphens + 3 : -1;
}

/** Offset behind the processing instruction that starts at an offset, or -1 where a parser of XML refuses it. */
export function endOfXmlInstruction(source: string, start: number): number {
  const nameEnd = endOfXmlName(source, start + 2);
  const isReserved = nameEnd === start + 5 && source.slice(start + 2, nameEnd).toLowerCase() === 'xml';
  if (nameEnd === start + 2 || isReserved) return -1;
  if (source.startsWith('?>', nameEnd)) return nameEnd + 2;
  const end = isMarkupSpace(source.charCodeAt(nameEnd)) ? source.indexOf('?>', nameEnd) : -1;
  return end < 0 ? -1 : end + 2;
}
