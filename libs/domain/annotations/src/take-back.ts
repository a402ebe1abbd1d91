import type { Annotation } from './annotation.ts';
import { editOnServer } from './change-on-server.ts';
import { type AnnotationFields, FIELD_NAMES, type FieldName, isSameField } from './fields.ts';

/** What one import did to an annotation. */
export interface ImportedAnnotation {
  /** Absent when the import made it; a tombstone when it brought it back. */
  readonly before?: Annotation;
  readonly after: Annotation;
}

/** What taking it back makes of an annotation. `removed`: it goes, on every device that was given it. */
export type TakenBack =
  | { readonly kind: 'removed' }
  | { readonly kind: 'reverted'; readonly annotation: Annotation }
  /** Somebody did something to it since, or has it anyway: it is theirs now. */
  | { readonly kind: 'kept' };

/**
 * Takes back what an import did, and nothing else: a field somebody changed since stays as they made it.
 *
 * @param current As it is now; undefined when it is gone.
 * @param isElsewhere Whether a device has it that was not given it by us.
 */
export function takeBack(
  { before, after }: ImportedAnnotation,
  current: Annotation | undefined,
  isElsewhere: boolean,
  now: number,
): TakenBack {
  if (!current || current.deletedAt !== undefined) return { kind: 'kept' };
  if (!before || before.deletedAt !== undefined)
    return current.version === after.version && !isElsewhere ? { kind: 'removed' } : { kind: 'kept' };
  const names = FIELD_NAMES.filter(
    (name) => !isSameField(name, before.fields, after.fields) && isSameField(name, current.fields, after.fields),
  );
  const annotation = editOnServer(current, patchOf(names, before.fields), now);
  return annotation === current ? { kind: 'kept' } : { kind: 'reverted', annotation };
}

function patchOf(names: readonly FieldName[], from: AnnotationFields): AnnotationFields {
  return Object.fromEntries(names.map((name) => [name, from[name]]));
}
