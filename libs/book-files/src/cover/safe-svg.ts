import { decodeXmlText } from '../xml/decode-text.ts';
import { descendants, parseXml } from '../xml/parse-xml.ts';
import { BookFileProblem } from '../problem.ts';

const MOST_SVG_BYTES = 4 * 1024 * 1024;
const MOST_ELEMENTS = 20_000;

/** Filters, patterns and reuse can make a few bytes cost minutes. */
const COSTLY = new Set(['filter', 'use', 'pattern', 'script', 'foreignobject', 'mask', 'iframe']);

export function looksLikeSvg(picture: Buffer): boolean {
  const head = decodeXmlText(picture.subarray(0, 4096), { isCut: true });
  return /<(?:\w+:)?svg[\s>]/i.test(head) || /^\s*(?:<\?xml|<!DOCTYPE|<!--)/i.test(head);
}

/**
 * Whether an SVG can be drawn without looking at anything outside itself and at a bounded cost: no document type with
 * entities, no links but to itself or to data, no styles that import, no elements that multiply work.
 */
export function isSafeSvg(picture: Buffer): boolean {
  if (picture.length > MOST_SVG_BYTES) return false;
  const text = decodeXmlText(picture);
  if (/<!ENTITY|@import|<\?xml-stylesheet/i.test(text)) return false;
  if (/url\(\s*["']?\s*(?!#|data:image\/)/i.test(text)) return false;
  if (/(?:href|src)\s*=\s*(?!["']\s*(?:#|data:image\/(?:png|jpe?g|gif|webp);))/i.test(text)) return false;
  return hasFewCheapElements(text);
}

function hasFewCheapElements(text: string): boolean {
  try {
    let elements = 0;
    for (const node of descendants(parseXml(text))) {
      if (typeof node === 'string') continue;
      if (++elements > MOST_ELEMENTS || COSTLY.has(node.name.toLowerCase())) return false;
    }
    return elements > 0;
  } catch (error) {
    if (error instanceof BookFileProblem) return false;
    throw error;
  }
}
