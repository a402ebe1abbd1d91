import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { childElements, elementAt, textOf, type XmlElement } from '../xml/parse-xml.ts';

/** Reads the Dublin Core statements of an XMP packet. Dates in it are the file's, not the book's. */
export function xmpMetadata(packet: XmlElement): RawMetadata {
  const rdf = elementAt(packet, 'xmpmeta', 'RDF') ?? elementAt(packet, 'RDF');
  const statements = childElements(rdf, 'Description').flatMap((description) => childElements(description));
  const values = (name: string) => statements.filter((each) => each.name === name).flatMap(itemsOf);
  return {
    title: values('title')[0],
    authors: values('creator').map((name) => ({ name })),
    description: values('description')[0],
    language: values('language')[0],
    publisher: values('publisher')[0],
    subjects: values('subject'),
    identifiers: [...values('identifier'), ...values('isbn')].map((value) => ({ value })),
  };
}

/** A value is a text, or a list (Alt, Bag, Seq) of texts. */
function itemsOf(statement: XmlElement): string[] {
  const items = childElements(statement).flatMap((list) => childElements(list, 'li'));
  return (items.length > 0 ? items : [statement]).map((item) => textOf(item).trim()).filter(Boolean);
}
