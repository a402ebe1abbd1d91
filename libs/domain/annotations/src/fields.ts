import type { Drawer } from './palette.ts';

/** Where an annotation is, in the dialect of the device that says so. */
export interface Place {
  /** `pdf` also for comics: JSON of page and point, or a bare page number. */
  readonly format: 'xpointer' | 'pdf';
  /** The bytes as they came. */
  readonly pos0: string;
  readonly pos1?: string;
  /** DOM version the xpointers are written for. */
  readonly domVersion?: number;
}

/** What people can see and change of an annotation; each field is merged by itself. */
export interface AnnotationFields {
  /** Absent for bookmarks. */
  readonly drawer?: Drawer;
  /** The name KOReader uses, its own or the user's. */
  readonly color?: string;
  readonly text?: string;
  readonly note?: string;
  readonly chapter?: string;
  /** Absent as long as nobody could say where it is in a dialect of KOReader. */
  readonly place?: Place;
}

export type FieldName = keyof AnnotationFields;
export const FIELD_NAMES = ['drawer', 'color', 'text', 'note', 'chapter', 'place'] as const satisfies FieldName[];

/** The first DOM versions that number fragments differently from those before them. */
const DOM_ERAS = [20200223, 20240114];

/** @returns Whether two values of a field are the same to a reader. Nothing and an empty text are; so are xpointers that differ in `[1]` only. */
export function isSameField(name: FieldName, a: AnnotationFields, b: AnnotationFields): boolean {
  if (name === 'place') return isSamePlace(a.place, b.place);
  return (a[name] ?? '') === (b[name] ?? '');
}

/** @returns Whether two places are the same, as far as their dialects can be compared. */
export function isSamePlace(a: Place | undefined, b: Place | undefined): boolean {
  if (!a || !b) return a === b;
  if (!areComparable(a, b)) return true;
  return (
    a.format === b.format &&
    canonicalPointer(a.pos0) === canonicalPointer(b.pos0) &&
    canonicalPointer(a.pos1 ?? '') === canonicalPointer(b.pos1 ?? '')
  );
}

/** @returns Whether two places are certainly the same. */
export function isSurelySamePlace(a: Place, b: Place): boolean {
  return areComparable(a, b) && isSamePlace(a, b);
}

/** @returns Whether a device with this DOM version finds the place by the pointers as they are. */
export function isReadableAt(place: Place, domVersion: number | undefined): boolean {
  return place.format === 'pdf' || areComparable(place, { ...place, domVersion });
}

/** Newer versions write every `[1]`, older ones do not; both read both. */
export function canonicalPointer(pointer: string): string {
  return pointer.startsWith('/') ? pointer.replaceAll('[1]', '') : pointer;
}

/** @returns A short digest of what the fields hold, equal for equal fields. */
export function digestOf(fields: AnnotationFields): string {
  return digestOfText(JSON.stringify(FIELD_NAMES.map((name) => comparable(name, fields))));
}

/** @returns A short digest of one field and its value. */
export function valueDigest(name: FieldName, fields: AnnotationFields): string {
  return `${name} ${digestOfText(JSON.stringify(comparable(name, fields)))}`;
}

/** @returns Whether a digest of `valueDigest` is one of the field. */
export function isOfField(digest: string, name: FieldName): boolean {
  return digest.startsWith(`${name} `);
}

function comparable(name: FieldName, fields: AnnotationFields): string | readonly string[] {
  if (name !== 'place') return fields[name] ?? '';
  const { place } = fields;
  return place ? [place.format, canonicalPointer(place.pos0), canonicalPointer(place.pos1 ?? '')] : '';
}

function digestOfText(text: string): string {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b) + (high >>> 15);
  }
  return (high >>> 0).toString(36) + (low >>> 0).toString(36);
}

/** @returns Whether the pointers of two places can be held against each other. */
export function areComparable(a: Place, b: Place): boolean {
  return a.format !== b.format || isOneEra(a.domVersion, b.domVersion);
}

/** @returns Whether KOReaders with these DOM versions number the documents of a book alike, as far as one knows. */
export function isOneEra(one: number | undefined, other: number | undefined): boolean {
  return one === undefined || other === undefined || eraOf(one) === eraOf(other);
}

function eraOf(domVersion: number): number {
  return DOM_ERAS.filter((first) => domVersion >= first).length;
}
