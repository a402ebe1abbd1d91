import { engineSpineOf, trimBlanks } from '@bookorbit/domain-positions';
import { BookFileProblem } from '../problem.ts';
import { childElements, elementAt, parseXml, type XmlElement } from '../xml/parse-xml.ts';

/** The parts of an EPUB's package document (OPF) that tell where things are; its metadata stays a tree. */
export interface PackageDocument {
  readonly metadata: XmlElement | undefined;
  readonly guide: XmlElement | undefined;
  /** in document order */
  readonly manifest: readonly ManifestItem[];
  /** every itemref in document order, broken ones too */
  readonly spine: readonly SpineItemRef[];
  /** even CFI step of the spine among the children of the package; 6 when there is no spine */
  readonly spineStep: number;
  /** the first manifest item with this id, as KOReader takes it */
  itemById(id: string): ManifestItem | undefined;
}

export interface ManifestItem {
  readonly id: string;
  /** as written, percent-encoding kept */
  readonly href: string;
  /** as written: KOReader tells capitals from small letters */
  readonly mediaType?: string;
  readonly properties: readonly string[];
}

export interface SpineItemRef {
  readonly idref: string;
  readonly itemrefId?: string;
  /** 1-based, among all element children of the spine */
  readonly position: number;
  readonly linear: boolean;
  /** whether it names a manifest item, to KOReader's reading of the package */
  readonly isShown: boolean;
}

type WrittenItemref = Omit<SpineItemRef, 'isShown'>;

const USUAL_SPINE_STEP = 6;

/** Reads the text of a package document. Throws `epub_bad_package` when it has no package element. */
export function parsePackageDocument(text: string): PackageDocument {
  const root = parseXml(text);
  const element = elementAt(root, 'package');
  if (element === undefined) throw new BookFileProblem('epub_bad_package');
  const manifest = manifestOf(elementAt(element, 'manifest'));
  const itemsById = new Map<string, ManifestItem>();
  for (const item of manifest) if (!itemsById.has(item.id)) itemsById.set(item.id, item);
  const spine = spineOf(elementAt(element, 'spine'));
  const shown = shownItemrefs(spine, (id) => itemsById.has(id), text);
  const spineIndex = childElements(element).findIndex((child) => child.name === 'spine');
  return {
    metadata: elementAt(element, 'metadata'),
    guide: elementAt(element, 'guide'),
    manifest,
    spine: spine.map((itemref) => ({ ...itemref, isShown: shown.has(itemref) })),
    spineStep: spineIndex < 0 ? USUAL_SPINE_STEP : 2 * (spineIndex + 1),
    itemById: (id) => itemsById.get(id),
  };
}

/** Like KOReader, only items that have both an id and an href, and with nothing but blanks and TABs taken from around them. */
function manifestOf(element: XmlElement | undefined): ManifestItem[] {
  return childElements(element, 'item').flatMap(({ attributes }) => {
    const id = trimBlanks(attributes.get('id') ?? '');
    const href = trimBlanks(attributes.get('href') ?? '');
    if (!id || !href) return [];
    const properties = attributes.get('properties')?.split(/\s+/).filter(Boolean) ?? [];
    return [{ id, href, mediaType: trimBlanks(attributes.get('media-type') ?? '') || undefined, properties }];
  });
}

/**
 * The itemrefs KOReader makes parts of the book of. It tells tags by rules of its own, so that it may miss some that are there to
 * everybody; where it sees no spine at all, it does not open the book.
 */
function shownItemrefs(spine: readonly WrittenItemref[], hasItem: (id: string) => boolean, text: string) {
  const engine = engineSpineOf(text);
  if (engine.length === 0) return new Set(spine.filter(({ idref }) => hasItem(idref)));
  let next = 0;
  return new Set(spine.filter(({ idref }) => engine[next] === idref && next++ >= 0));
}

function spineOf(element: XmlElement | undefined): WrittenItemref[] {
  return childElements(element).flatMap(({ name, attributes }, index) =>
    name !== 'itemref'
      ? []
      : [
          {
            idref: trimBlanks(attributes.get('idref') ?? ''),
            itemrefId: attributes.get('id') || undefined,
            position: index + 1,
            linear: attributes.get('linear')?.trim().toLowerCase() !== 'no',
          },
        ],
  );
}
