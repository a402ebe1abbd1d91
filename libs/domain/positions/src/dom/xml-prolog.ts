import { isMarkupSpace } from '../source/markup.ts';
import { NAMED_REFERENCES } from '../source/named-references.ts';
import { referencedText } from '../source/references.ts';
import { endOfXmlComment, endOfXmlInstruction } from './xml-asides.ts';

/** What stands in front of the root of an XML document. */
export interface XmlProlog {
  /** Offset of the root's `<`. */
  readonly end: number;
  /** The text a named reference stands for; undefined for one that makes browsers refuse the document. */
  textOfEntity(name: string): string | undefined;
}

/** The document types browsers know the references of, by their public identifiers. */
const XHTML_TYPES = new Set([
  '-//W3C//DTD XHTML 1.0 Transitional//EN',
  '-//W3C//DTD XHTML 1.1//EN',
  '-//W3C//DTD XHTML 1.0 Strict//EN',
  '-//W3C//DTD XHTML 1.0 Frameset//EN',
  '-//W3C//DTD XHTML Basic 1.0//EN',
  '-//W3C//DTD XHTML 1.1 plus MathML 2.0//EN',
  '-//W3C//DTD XHTML 1.1 plus MathML 2.0 plus SVG 1.1//EN',
  '-//W3C//DTD MathML 2.0//EN',
  '-//WAPFORUM//DTD XHTML Mobile 1.0//EN',
  '-//WAPFORUM//DTD XHTML Mobile 1.1//EN',
  '-//WAPFORUM//DTD XHTML Mobile 1.2//EN',
]);
const PREDEFINED = new Set(['amp', 'lt', 'gt', 'quot', 'apos']);

const DECLARATION =
  /<\?xml[ \t\r\n]+version[ \t\r\n]*=[ \t\r\n]*(?:"1\.[0-9]+"|'1\.[0-9]+')(?:[ \t\r\n]+encoding[ \t\r\n]*=[ \t\r\n]*(?:"[A-Za-z][\w.-]*"|'[A-Za-z][\w.-]*'))?(?:[ \t\r\n]+standalone[ \t\r\n]*=[ \t\r\n]*(?:"(yes|no)"|'(yes|no)'))?[ \t\r\n]*\?>/y;
const DOCTYPE =
  /<!DOCTYPE[ \t\r\n]+[^\s[\]<>"'/=]+(?:[ \t\r\n]+(?:PUBLIC[ \t\r\n]+("[\w \r\n'()+,./:=?;!*#@$%-]*"|'[\w \r\n()+,./:=?;!*#@$%-]*')[ \t\r\n]+|SYSTEM[ \t\r\n]+)("[^"]*"|'[^']*'))?[ \t\r\n]*/y;
/** What may be declared in brackets: references, other things, and references to more declarations. */
const SUBSET_PART =
  /[ \t\r\n]+|<!ENTITY[ \t\r\n]+([^\s%"'<>]+)[ \t\r\n]+(?:"([^"]*)"|'([^']*)'|(?:SYSTEM|PUBLIC)[ \t\r\n](?:[^"'<>]|"[^"]*"|'[^']*')*)[ \t\r\n]*>|<!(?:ENTITY|ELEMENT|ATTLIST|NOTATION)[ \t\r\n](?:[^"'<>]|"[^"]*"|'[^']*')*>|(%[^\s;]+;)/y;

/** Reads up to the root of an XML document; undefined where browsers refuse what stands in front of it. */
export function readXmlProlog(source: string): XmlProlog | undefined {
  // Whoever decodes the bytes may have left the byte order mark.
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  const declaration = matchAt(DECLARATION, source, at);
  at += declaration?.[0].length ?? 0;
  const isStandalone = (declaration?.[1] ?? declaration?.[2]) === 'yes';
  let type: DocumentType | undefined;
  for (;;) {
    while (isMarkupSpace(source.charCodeAt(at))) at++;
    if (source[at] !== '<') return undefined;
    const next = source[at + 1];
    if (next === '?') at = endOfXmlInstruction(source, at);
    else if (next !== '!') return { end: at, textOfEntity: referencesOf(type, isStandalone) };
    else if (source.startsWith('<!--', at)) at = endOfXmlComment(source, at);
    else {
      type = type === undefined ? readDocumentType(source, at) : undefined;
      at = type?.end ?? -1;
    }
    if (at < 0) return undefined;
  }
}

interface DocumentType {
  readonly end: number;
  readonly publicId: string | undefined;
  /** Whether there are declarations elsewhere, which no browser reads: what is declared nowhere may be declared there. */
  readonly hasMore: boolean;
  readonly entities: ReadonlyMap<string, string>;
}

function readDocumentType(source: string, start: number): DocumentType | undefined {
  const found = matchAt(DOCTYPE, source, start);
  if (found === null) return undefined;
  const [whole, publicId, systemId] = found;
  const entities = new Map<string, string>();
  let at = start + whole.length;
  let hasMore = systemId !== undefined;
  if (source[at] === '[') {
    const end = readSubset(source, at + 1, entities, () => (hasMore = true));
    if (end < 0) return undefined;
    at = end;
    while (isMarkupSpace(source.charCodeAt(at))) at++;
  }
  if (source[at] !== '>') return undefined;
  return { end: at + 1, publicId: publicId?.slice(1, -1), hasMore, entities };
}

/** Offset behind the closing bracket, or -1 where something else than declarations is inside. */
function readSubset(source: string, start: number, entities: Map<string, string>, onMore: () => void): number {
  let at = start;
  while (at >= 0 && source[at] !== ']') {
    if (source.startsWith('<!--', at)) at = endOfXmlComment(source, at);
    else if (source.startsWith('<?', at)) at = endOfXmlInstruction(source, at);
    else {
      const part = matchAt(SUBSET_PART, source, at);
      if (part === null) return -1;
      const [whole, name, quoted, otherwise, more] = part;
      if (more !== undefined) onMore();
      // The first declaration of a name counts; what is in another file is not read.
      if (name !== undefined && !entities.has(name)) entities.set(name, expanded(expanded(quoted ?? otherwise ?? '')));
      at += whole.length;
    }
  }
  return at < 0 ? -1 : at + 1;
}

function referencesOf(type: DocumentType | undefined, isStandalone: boolean): XmlProlog['textOfEntity'] {
  const isXhtml = type?.publicId !== undefined && XHTML_TYPES.has(type.publicId);
  const undeclared = type?.hasMore === true && !isStandalone ? '' : undefined;
  return (name) => {
    if (PREDEFINED.has(name)) return NAMED_REFERENCES.get(name);
    return type?.entities.get(name) ?? (isXhtml ? NAMED_REFERENCES.get(name) : undefined) ?? undeclared;
  };
}

/** References in what is declared are read twice: where it is declared, and where it is used. */
function expanded(value: string): string {
  return value.replace(/&#[\w]+;|&(?:amp|lt|gt|quot|apos);/g, (reference) => referencedText(reference) ?? reference);
}

function matchAt(pattern: RegExp, source: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(source);
}
