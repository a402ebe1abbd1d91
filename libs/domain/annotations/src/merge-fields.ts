import { type AnnotationFields, areComparable, FIELD_NAMES, type FieldName, isSameField } from './fields.ts';

/** The two sides of a three-way merge of an annotation; times are unix seconds. */
export interface MergeSides {
  /** What the device has now: only the fields it says. */
  readonly mine: AnnotationFields;
  /** When the device changed it, as far as it says. */
  readonly myTime: number;
  readonly theirs: AnnotationFields;
  /** When each field of `theirs` last changed. */
  theirTime(name: FieldName): number;
  /** What the device last acknowledged; undefined when that is not known. */
  readonly base: AnnotationFields | undefined;
  /** Whether the device surely had `base`: if not, a value of `mine` that was replaced long ago is no edit. */
  readonly isBaseSure: boolean;
  /** The request was overtaken on its way: others of the device said more since. */
  readonly isLate?: boolean;
  /** Whether a value of `mine` that is no former one is the device's edit, although neither `base` nor a time tells. */
  isEditIfUnseen?(name: FieldName): boolean;
  /** Whether the field had this value before somebody replaced it. */
  isFormer(name: FieldName, fields: AnnotationFields): boolean;
  /** What the device was sent since: a value from there is not the device's own edit. */
  readonly sent: readonly AnnotationFields[];
}

export interface MergedFields {
  readonly fields: AnnotationFields;
  /** Fields the device's side changed. */
  readonly changed: readonly FieldName[];
}

/**
 * Merges field by field: the side that changed since `base` wins, and if both did the later. KOReader does not move its time when a note's
 * text is edited, so times never decide whether something changed, only which of two edits of the same field stays.
 */
export function mergeFields(sides: MergeSides): MergedFields {
  const changed = FIELD_NAMES.filter((name) => isSaid(name, sides.mine) && takesMine(name, sides));
  const fields: Partial<Record<FieldName, unknown>> = { ...sides.theirs };
  for (const name of changed) fields[name] = sides.mine[name];
  return { fields: fields as AnnotationFields, changed };
}

/** What a device has after it said `mine`: what it does not say stayed as it was. */
export function saidFields(mine: AnnotationFields, before: AnnotationFields | undefined): AnnotationFields {
  const said = Object.fromEntries(FIELD_NAMES.filter((name) => isSaid(name, mine)).map((name) => [name, mine[name]]));
  return { ...before, ...said };
}

/** A note that is not there was removed; of the other fields clients leave out what they do not know. */
function isSaid(name: FieldName, mine: AnnotationFields): boolean {
  return name === 'note' || mine[name] !== undefined;
}

function takesMine(name: FieldName, sides: MergeSides): boolean {
  const { mine, myTime, theirs, theirTime, base, sent } = sides;
  if (name === 'place' && isInAnotherDialect(sides)) return isOwnMove(sides);
  if (isSameField(name, mine, theirs)) return false;
  if (sent.some((offered) => isSameField(name, mine, offered))) return false;
  if (!(base && sides.isBaseSure) && sides.isFormer(name, mine)) return false;
  if (base) {
    if (isSameField(name, mine, base)) return false;
    if (isSameField(name, theirs, base)) return true;
  } else if (name === 'note' && !sides.isLate && mine.note && !theirs.note) {
    // Nobody here has seen these words, and no time tells when they were written.
    return true;
  } else if (!sides.isLate && sides.isEditIfUnseen?.(name) && (name !== 'note' || mine.note)) {
    // That it has no note proves nothing: it may never have had one.
    return true;
  }
  return myTime > theirTime(name);
}

function isInAnotherDialect({ mine, theirs }: MergeSides): boolean {
  return mine.place !== undefined && theirs.place !== undefined && !areComparable(mine.place, theirs.place);
}

/** Pointers of another dialect say nothing against the server's; against the device's own earlier ones they do. */
function isOwnMove({ mine, myTime, theirTime, base, sent }: MergeSides): boolean {
  if (!mine.place || !base?.place || isSameField('place', mine, base)) return false;
  return !sent.some((offered) => isSameField('place', mine, offered)) && myTime > theirTime('place');
}
