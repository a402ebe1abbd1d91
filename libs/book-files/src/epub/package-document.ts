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
  readonly mediaType?: string;
  readonly properties: readonly string[];
}

export interface SpineItemRef {
  readonly idref: string;
  readonly itemrefId?: string;
  /** 1-based, among all element children of the spine */
  readonly position: number;
  readonly linear: boolean;
}

const USUAL_SPINE_STEP = 6;

/** Reads the text of a package document. Throws `epub_bad_package` when it has no package element. */
export function parsePackageDocument(text: string): PackageDocument {
  const root = parseXml(text);
  const element = elementAt(root, 'package');
  if (element === undefined) throw new BookFileProblem('epub_bad_package');
  const manifest = manifestOf(elementAt(element, 'manifest'));
  const itemsById = new Map<string, ManifestItem>();
  for (const item of manifest) if (!itemsById.has(item.id)) itemsById.set(item.id, item);
  const spineIndex = childElements(element).findIndex((child) => child.name === 'spine');
  return {
    metadata: elementAt(element, 'metadata'),
    guide: elementAt(element, 'guide'),
    manifest,
    spine: spineOf(elementAt(element, 'spine')),
    spineStep: spineIndex < 0 ? USUAL_SPINE_STEP : 2 * (spineIndex + 1),
    itemById: (id) => itemsById.get(id),
  };
}

/** Like KOReader, only items that have both an id and an href. */
function manifestOf(element: XmlElement | undefined): ManifestItem[] {
  return childElements(element, 'item').flatMap(({ attributes }) => {
    // KOReader takes white space from around what an attribute says.
    const id = attributes.get('id')?.trim();
    const href = attributes.get('href')?.trim();
    if (!id || !href) return [];
    const properties = attributes.get('properties')?.split(/\s+/).filter(Boolean) ?? [];
    return [{ id, href, mediaType: attributes.get('media-type')?.trim().toLowerCase() || undefined, properties }];
  });
}

function spineOf(element: XmlElement | undefined): SpineItemRef[] {
  return childElements(element).flatMap(({ name, attributes }, index) =>
    name !== 'itemref'
      ? []
      : [
          {
            idref: attributes.get('idref')?.trim() ?? '',
            itemrefId: attributes.get('id') || undefined,
            position: index + 1,
            linear: attributes.get('linear')?.trim().toLowerCase() !== 'no',
          },
        ],
  );
}
