import type { RawMetadata } from '../metadata/raw-metadata.ts';
import { childElements, elementAt, textOf, type XmlElement } from '../xml/parse-xml.ts';

/** Reads the metadata of EPUB 2 and 3 alike: books often carry both dialects at once. */
export function epubMetadata(metadata: XmlElement | undefined): RawMetadata {
  const statements = new Statements(metadata);
  const titles = statements.of('title').filter((title) => textOf(title).trim() !== '');
  const title = titles.find((each) => statements.refined(each, 'title-type') === 'main') ?? titles[0];
  const subtitle = titles.find((each) => each !== title && statements.refined(each, 'title-type') === 'subtitle');
  return {
    title: title && textOf(title),
    titleSort: (title && fileAsOf(statements, title)) ?? statements.named('calibre:title_sort'),
    subtitle: subtitle && textOf(subtitle),
    authors: authorsOf(statements),
    ...seriesOf(statements),
    language: statements
      .of('language')
      .map((each) => textOf(each))
      .find((text) => text.trim() !== ''),
    identifiers: statements
      .of('identifier')
      .map((each) => ({ scheme: schemeOf(statements, each), value: textOf(each) })),
    publisher: textOf(statements.of('publisher')[0]),
    published: publishedOf(statements),
    description: textOf(statements.of('description')[0]),
    subjects: statements.of('subject').map((each) => textOf(each)),
  };
}

/** The meta element that EPUB 2 names a cover with: the manifest id of the picture. */
export function coverIdOf(metadata: XmlElement | undefined): string | undefined {
  return new Statements(metadata).named('cover');
}

/**
 * Creators whose role is author or not given. When the book names only others, such as editors, they stand in: readers
 * look for a book by whatever name is on it.
 */
function authorsOf(statements: Statements): { name: string; sort?: string }[] {
  const creators = statements.of('creator').filter((creator) => textOf(creator).trim() !== '');
  const authors = creators.filter((creator) => {
    const role = creator.attributes.get('role') ?? statements.refined(creator, 'role');
    return role === undefined || /^(?:aut|author)?$/i.test(role.trim());
  });
  return (authors.length > 0 ? authors : creators).map((creator) => ({
    name: textOf(creator),
    sort: fileAsOf(statements, creator),
  }));
}

function fileAsOf(statements: Statements, element: XmlElement): string | undefined {
  return element.attributes.get('file-as') ?? statements.refined(element, 'file-as');
}

function seriesOf(statements: Statements): { series?: string; seriesIndex?: string } {
  const collections = statements.properties('belongs-to-collection');
  const typeOf = (each: XmlElement) => statements.refined(each, 'collection-type');
  const collection = collections.find((each) => typeOf(each) === 'series');
  const calibre = statements.named('calibre:series');
  if (collection === undefined && calibre)
    return { series: calibre, seriesIndex: statements.named('calibre:series_index') };
  const chosen = collection ?? collections.find((each) => typeOf(each) === undefined);
  return chosen === undefined
    ? {}
    : { series: textOf(chosen), seriesIndex: statements.refined(chosen, 'group-position') };
}

const ONIX_SCHEMES: Readonly<Record<string, string>> = { '02': 'isbn', '15': 'isbn', '06': 'doi', '03': 'gtin' };

function schemeOf(statements: Statements, identifier: XmlElement): string | undefined {
  const type = statements.refined(identifier, 'identifier-type');
  return identifier.attributes.get('scheme') ?? (type && (ONIX_SCHEMES[type.trim()] ?? type));
}

/** EPUB 2 tells by `event` what a date means; a conversion's or a change's date says nothing about the book. */
function publishedOf(statements: Statements): string | undefined {
  const dates = statements.of('date');
  const eventOf = (date: XmlElement) => date.attributes.get('event')?.toLowerCase();
  const date =
    dates.find((each) => /^(?:original-)?publication$/.test(eventOf(each) ?? '')) ??
    dates.find((each) => eventOf(each) === undefined);
  return date && textOf(date);
}

/** The statements inside a metadata element, by name and by what they refine. */
class Statements {
  private readonly elements: readonly XmlElement[];
  private readonly refinements = new Map<string, string>();

  constructor(metadata: XmlElement | undefined) {
    // Old EPUB 2 books put a layer of dc-metadata and x-metadata in between.
    this.elements = [metadata, elementAt(metadata, 'dc-metadata'), elementAt(metadata, 'x-metadata')].flatMap((each) =>
      childElements(each),
    );
    for (const { name, attributes, children } of this.elements) {
      const refines = attributes.get('refines');
      if (name !== 'meta' || !refines) continue;
      const key = `${refines.replace(/^#/, '')} ${attributes.get('property') ?? ''}`;
      if (!this.refinements.has(key)) this.refinements.set(key, textOf({ name, attributes, children }).trim());
    }
  }

  /** Dublin Core elements of this name; some EPUB 2 books write them with a capital. */
  of(name: string): XmlElement[] {
    return this.elements.filter((element) => element.name.toLowerCase() === name);
  }

  /** Content of the EPUB 2 `<meta name="…" content="…">`. */
  named(name: string): string | undefined {
    const found = this.elements.find((each) => each.name === 'meta' && each.attributes.get('name') === name);
    return found?.attributes.get('content');
  }

  /** The EPUB 3 `<meta property="…">` that refine nothing. */
  properties(property: string): XmlElement[] {
    return this.elements.filter(
      ({ name, attributes }) =>
        name === 'meta' && attributes.get('property') === property && !attributes.has('refines'),
    );
  }

  /** What an EPUB 3 `<meta refines="#id" property="…">` adds to an element. */
  refined(element: XmlElement, property: string): string | undefined {
    const id = element.attributes.get('id');
    return id === undefined ? undefined : this.refinements.get(`${id} ${property}`);
  }
}
