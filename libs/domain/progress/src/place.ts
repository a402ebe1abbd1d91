/** Where reports of progress come from. */
export type ProgressSource = 'koreader' | 'web' | 'kobo';

/** A place in a file, in each dialect it is known in. */
export interface Position {
  /** KOReader's pointer into a reflowable book. */
  readonly xpointer?: string;
  /** EPUB CFI, of the web reader. */
  readonly cfi?: string;
  /** Kobo's span, with its resource. */
  readonly koboSpan?: string;
  /** Page number of a paged document, as the device sent it. */
  readonly page?: string;
}

/** A place with how far into the file it is. */
export interface Place {
  /** 0–1. */
  readonly percentage: number;
  readonly position: Position;
}

const DIALECTS = ['xpointer', 'cfi', 'koboSpan', 'page'] as const;

/** Percentages of one place differ in the fourth digit when a device counts its pages anew. */
const SAME_PERCENTAGE = 0.0005;

/** As long as a sentence is: a page turned moves further, a page drawn anew or a pointer translated there and back does not. */
const SENTENCE_CHARACTERS = 100;
/** Pointers of one sentence are never further apart in a book than this. */
const SENTENCE_PERCENTAGE = 0.005;

/**
 * Whether two reports of one source name the same place: by position where both have one in the same dialect, else by percentage. Two
 * places within a sentence are one. KOReader writes xpointers with or without `[1]` steps, depending on the version that first opened the book.
 */
export function isSamePlace(a: Place, b: Place): boolean {
  const shared = DIALECTS.filter((dialect) => a.position[dialect] !== undefined && b.position[dialect] !== undefined);
  if (shared.length > 0)
    return shared.every(
      (dialect) =>
        isSamePosition(dialect, a.position[dialect], b.position[dialect]) ||
        (Math.abs(a.percentage - b.percentage) < SENTENCE_PERCENTAGE &&
          isSameSentence(dialect, a.position[dialect], b.position[dialect])),
    );
  return Math.abs(a.percentage - b.percentage) < SAME_PERCENTAGE;
}

type Dialect = (typeof DIALECTS)[number];

function isSamePosition(dialect: Dialect, a = '', b = ''): boolean {
  return plain(dialect, a) === plain(dialect, b);
}

function isSameSentence(dialect: Dialect, a = '', b = ''): boolean {
  const [one, other] = [partsOf(dialect, a), partsOf(dialect, b)];
  return one !== undefined && one.node === other?.node && Math.abs(one.offset - other.offset) <= SENTENCE_CHARACTERS;
}

/** The text a pointer is in, and how many characters into it; undefined where it points at no character of a text. */
function partsOf(dialect: Dialect, pointer: string): { readonly node: string; readonly offset: number } | undefined {
  const end =
    dialect === 'xpointer' ? /^(.*text\(\)(?:\[\d+\])?)\.(\d+)$/ : dialect === 'cfi' ? /^(.*):(\d+)\)$/ : undefined;
  const [, node, offset] = end?.exec(pointer) ?? [];
  return node === undefined ? undefined : { node: plain(dialect, node), offset: Number(offset) };
}

function plain(dialect: Dialect, pointer: string): string {
  return dialect === 'xpointer' ? pointer.replaceAll('[1]', '') : pointer;
}

/**
 * Sorts what a KOReader device calls its progress into a dialect: pages of paged documents are bare numbers, everything else is a pointer.
 *
 * @param progress As it came; kept byte for byte.
 */
export function positionFromDevice(progress: string | undefined): Position {
  if (progress === undefined) return {};
  return /^\d+$/.test(progress) ? { page: progress } : { xpointer: progress };
}
