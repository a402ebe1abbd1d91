import { XMLParser } from 'fast-xml-parser';
import { decodeEntities } from './entities.ts';
import { MOST_DEPTH, tidyXml } from './tidy-xml.ts';

/** An element of a small XML document. Prefixes are dropped everywhere: books disagree about them, never about names. */
export interface XmlElement {
  readonly name: string;
  /** by local name */
  readonly attributes: ReadonlyMap<string, string>;
  /** elements and texts in document order; comments and processing instructions are left out */
  readonly children: readonly (XmlElement | string)[];
}

const ATTRIBUTES = ':@';
const ATTRIBUTE_PREFIX = '@_';
const TEXT = '#text';

/** What the parser makes of an element, its name being the other key, or of a text. */
type ParsedNode = Readonly<Record<string, readonly ParsedNode[] | Readonly<Record<string, string>> | string>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: ATTRIBUTE_PREFIX,
  textNodeName: TEXT,
  parseTagValue: false,
  trimValues: false,
  jPath: false,
  // The root that all gets, and one for the element that is refused.
  maxNestedTags: MOST_DEPTH + 2,
  // What a file declares itself is not taken in, so nothing outside is read and nothing grows.
  entityDecoder: {
    decode: decodeEntities,
    addInputEntities: ignore,
    setExternalEntities: ignore,
    setXmlVersion: ignore,
    reset: ignore,
  },
});

/**
 * The tree of an XML text, as good as it can be had: what is not closed ends with its parent, closing tags without an
 * opening one are skipped, everything hangs under one nameless root. Document types are skipped and no entity that they
 * declare is expanded. Throws `unpacks_too_large` only.
 */
export function parseXml(text: string): XmlElement {
  const [root] = parser.parse(tidyXml(text)) as readonly ParsedNode[];
  return { name: '', attributes: new Map(), children: childrenOf(root?.root) };
}

function childrenOf(nodes: ParsedNode[string] | undefined): (XmlElement | string)[] {
  return Array.isArray(nodes) ? nodes.map(nodeOf) : [];
}

function nodeOf(node: ParsedNode): XmlElement | string {
  const text = node[TEXT];
  if (typeof text === 'string') return text;
  const name = Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';
  return { name: localName(name), attributes: attributesOf(node[ATTRIBUTES]), children: childrenOf(node[name]) };
}

function attributesOf(written: ParsedNode[string] | undefined): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [key, value] of Object.entries(written ?? {})) {
    const name = key.slice(ATTRIBUTE_PREFIX.length);
    const local = localName(name);
    if (!name.startsWith('xmlns') && !attributes.has(local)) attributes.set(local, value as string);
  }
  return attributes;
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function ignore(): void {
  // Nothing that a file declares about entities or versions is of use.
}

/** The element children, all or those of this name. */
export function childElements(element: XmlElement | undefined, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of element?.children ?? []) {
    if (typeof child !== 'string' && (name === undefined || child.name === name)) found.push(child);
  }
  return found;
}

/** The first child of this name, then its first child of the next name, and so on. */
export function elementAt(element: XmlElement | undefined, ...names: readonly string[]): XmlElement | undefined {
  return names.reduce<XmlElement | undefined>((parent, name) => childElements(parent, name)[0], element);
}

/** Everything inside an element in document order: each element before what is in it. */
export function* descendants(element: XmlElement): Generator<XmlElement | string> {
  const pending = element.children.toReversed();
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    yield node;
    if (typeof node !== 'string') for (const child of node.children.toReversed()) pending.push(child);
  }
}

/** All text inside an element, at most `maxLength` characters. */
export function textOf(element: XmlElement | undefined, maxLength = 100_000): string {
  let text = '';
  for (const node of element === undefined ? [] : descendants(element)) {
    if (typeof node === 'string') text += node;
    if (text.length >= maxLength) break;
  }
  return text.slice(0, maxLength);
}
