import type { Annotation, AnnotationKind, FileAnnotations, FileChange, Holding } from './annotation.ts';
import { type AnnotationFields, FIELD_NAMES, type FieldName, isSameField } from './fields.ts';
import { formerValues } from './former-values.ts';
import { entomb } from './take-in-deletions.ts';
import { formatWallClock } from './wall-clock.ts';

/** An annotation made on the server, by the web reader or an import. */
export interface NewAnnotation {
  readonly kind: AnnotationKind;
  readonly fields: AnnotationFields;
  /** When it was made, unix seconds. */
  readonly createdAt: number;
  /** Minutes the user's wall clock is ahead of UTC. */
  readonly utcOffsetMinutes: number;
  readonly pageno?: number;
}

/**
 * Makes an annotation that no device has yet.
 *
 * @param taken Datetimes of the file that are in use: a datetime is identity on devices, so the next free second is taken.
 */
export function createOnServer(made: NewAnnotation, taken: ReadonlySet<string>): Omit<Annotation, 'id'> {
  let wall = made.createdAt + made.utcOffsetMinutes * 60;
  while (taken.has(formatWallClock(wall))) wall += 1;
  return {
    kind: made.kind,
    datetime: formatWallClock(wall),
    fields: made.fields,
    fieldTimes: {},
    createdAt: made.createdAt,
    version: 1,
    placeVersion: 1,
    keys: [],
    former: [],
    pageno: made.pageno,
  };
}

/** Changes fields on the server. What does not differ is no change, and devices hear nothing of it. */
export function editOnServer(annotation: Annotation, patch: AnnotationFields, now: number): Annotation {
  const fields = { ...annotation.fields, ...patch };
  const changed: FieldName[] = FIELD_NAMES.filter((name) => !isSameField(name, fields, annotation.fields));
  if (changed.length === 0) return annotation;
  const version = annotation.version + 1;
  return {
    ...annotation,
    fields,
    fieldTimes: {
      ...annotation.fieldTimes,
      ...Object.fromEntries(changed.map((name) => [name, Math.floor(now)])),
    },
    former: formerValues(annotation, changed, fields),
    version,
    placeVersion: changed.includes('place') ? version : annotation.placeVersion,
  };
}

/** Takes an annotation out of the trash: devices that deleted it are offered it as new. */
export function restoreOnServer(annotation: Annotation): Annotation {
  if (annotation.deletedAt === undefined) return annotation;
  return { ...annotation, deletedAt: undefined, version: annotation.version + 1 };
}

/** What the user says yes to: the deletions of a device that were held become deletions everywhere. */
export function confirmHeld(file: FileAnnotations, deviceId: string, now: number): FileChange {
  const held = heldBy(file, deviceId);
  const ids = new Set(held.map(({ annotationId }) => annotationId));
  return {
    annotations: file.annotations
      .filter(({ id, deletedAt }) => ids.has(id) && deletedAt === undefined)
      .map((annotation) => entomb(annotation, now)),
    holdings: held.map((holding) => ({ ...holding, heldAt: undefined, offers: [] })),
  };
}

/** What the user did not mean to delete: the device is offered it again. */
export function discardHeld(file: FileAnnotations, deviceId: string): FileChange {
  return {
    annotations: [],
    holdings: heldBy(file, deviceId).map((holding) => ({ ...holding, hasIt: false, heldAt: undefined })),
  };
}

function heldBy({ holdings }: FileAnnotations, deviceId: string): Holding[] {
  return holdings.filter((holding) => holding.deviceId === deviceId && holding.heldAt !== undefined);
}
