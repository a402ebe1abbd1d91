import type { Annotation } from './annotation.ts';
import { type AnnotationFields, type FieldName, isOfField, valueDigest } from './fields.ts';

/** Replaced values that are remembered of one annotation. */
const MOST_FORMER = 24;

/** @returns What is remembered once `changed` fields of an annotation have the values of `after`. */
export function formerValues(
  annotation: Pick<Annotation, 'fields' | 'former'>,
  changed: readonly FieldName[],
  after: AnnotationFields,
): readonly string[] {
  // A value that is there again is none that was replaced.
  const current = new Set(changed.map((name) => valueDigest(name, after)));
  const replaced = changed.map((name) => valueDigest(name, annotation.fields)).filter((digest) => !current.has(digest));
  const kept = annotation.former.filter((digest) => !current.has(digest) && !replaced.includes(digest));
  return [...kept, ...replaced].slice(-MOST_FORMER);
}

/** @returns Whether a field had the value once, and somebody who saw it replaced it. */
export function isFormerValue(
  { former }: Pick<Annotation, 'former'>,
  name: FieldName,
  fields: AnnotationFields,
): boolean {
  return former.includes(valueDigest(name, fields));
}

/** @returns Whether a field has, for all that is remembered, the value it was made with. */
export function isOriginalValue({ former }: Pick<Annotation, 'former'>, name: FieldName): boolean {
  return former.length < MOST_FORMER && former.every((digest) => !isOfField(digest, name));
}
