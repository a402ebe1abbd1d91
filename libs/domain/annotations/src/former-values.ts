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

/** Fields whose edits KOReader gives no time. */
const UNTIMED_FIELDS: readonly FieldName[] = ['note', 'place'];

/**
 * Whether a device that exchanged the file before has made an edit if its value of a field is neither the present nor a former one. Of a field
 * nobody edited it has: it once had the present value. Of one that was edited, times tell who was last; where devices give none, words or a
 * place that were never seen here are taken for the edit.
 */
export function isEditIfUnseen({ former }: Pick<Annotation, 'former'>, name: FieldName): boolean {
  if (former.length >= MOST_FORMER) return false;
  return UNTIMED_FIELDS.includes(name) || former.every((digest) => !isOfField(digest, name));
}
