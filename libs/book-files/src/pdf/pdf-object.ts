/** A value of a PDF file. Streams are their dictionary; where their bytes start is known apart. */
export type PdfValue =
  null | boolean | number | PdfName | PdfString | PdfReference | PdfDictionary | readonly PdfValue[];

export interface PdfName {
  readonly kind: 'name';
  readonly name: string;
}

export interface PdfString {
  readonly kind: 'string';
  readonly bytes: Buffer;
}

export interface PdfReference {
  readonly kind: 'reference';
  readonly object: number;
  readonly generation: number;
}

export interface PdfDictionary {
  readonly kind: 'dictionary';
  readonly entries: ReadonlyMap<string, PdfValue>;
}

export function asDictionary(value: PdfValue | undefined): PdfDictionary | undefined {
  return isKind(value, 'dictionary') ? value : undefined;
}

export function asReference(value: PdfValue | undefined): PdfReference | undefined {
  return isKind(value, 'reference') ? value : undefined;
}

export function asString(value: PdfValue | undefined): Buffer | undefined {
  return isKind(value, 'string') ? value.bytes : undefined;
}

export function asName(value: PdfValue | undefined): string | undefined {
  return isKind(value, 'name') ? value.name : undefined;
}

export function asNumbers(value: PdfValue | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.every((each) => typeof each === 'number') ? value : undefined;
}

/** A whole number of at least 0. */
export function asCount(value: PdfValue | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

type Tagged = PdfName | PdfString | PdfReference | PdfDictionary;

function isKind<K extends Tagged['kind']>(value: PdfValue | undefined, kind: K): value is Extract<Tagged, { kind: K }> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === kind;
}
