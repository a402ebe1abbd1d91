import type { AnnotationDetail, AnnotationQuality, AnnotationSort, AnnotationStyle } from '@bookorbit/contracts';
import { KOREADER_COLORS, PINK_HEX } from '@bookorbit/domain-annotations';

/** A colour to choose: KOReader's nine, and pink, which is ours. */
export interface ColorOption {
  /** As requests say it. */
  readonly value: string;
  readonly hex: string;
  readonly label: string;
}

export const QUALITY_LABELS: Readonly<Record<AnnotationQuality, string>> = {
  exact: $localize`Exact`,
  repaired: $localize`Repaired`,
  near: $localize`Near`,
  failed: $localize`Failed`,
};

export const QUALITY_EXPLANATIONS: Readonly<Record<AnnotationQuality, string>> = {
  exact: $localize`It is exactly where a device put it.`,
  repaired: $localize`Another device found the text again at other pointers.`,
  near: $localize`Only about where it begins is known.`,
  failed: $localize`A device could not find its place in the book.`,
};

export const STYLE_LABELS: Readonly<Record<AnnotationStyle, string>> = {
  highlight: $localize`Highlight`,
  underline: $localize`Underline`,
  strikethrough: $localize`Strikethrough`,
  squiggly: $localize`Squiggly line`,
  invert: $localize`Inverted`,
};

export const SOURCE_LABELS: Readonly<Record<AnnotationDetail['source'], string>> = {
  koreader: 'KOReader',
  web: $localize`This website`,
  kobo: 'Kobo',
};

/** How the list is grouped; the order follows from it. */
export const SORT_LABELS: Readonly<Record<AnnotationSort, string>> = {
  newest: $localize`Date, newest first`,
  oldest: $localize`Date, oldest first`,
  page: $localize`Book`,
  color: $localize`Colour`,
  updated: $localize`Last change`,
};

const COLOR_LABELS: Readonly<Record<string, string>> = {
  red: $localize`Red`,
  orange: $localize`Orange`,
  yellow: $localize`Yellow`,
  green: $localize`Green`,
  olive: $localize`Olive`,
  cyan: $localize`Cyan`,
  blue: $localize`Blue`,
  purple: $localize`Purple`,
  gray: $localize`Gray`,
};
const PINK = $localize`Pink`;
const NO_COLOR = $localize`No colour`;

export const COLOR_OPTIONS: readonly ColorOption[] = [
  ...KOREADER_COLORS.map(({ name, hex }) => ({ value: name, hex, label: COLOR_LABELS[name] ?? name })),
  { value: PINK_HEX, hex: PINK_HEX, label: PINK },
];

/** The name of a colour; one that somebody made up on a device keeps its own. */
export function sayColor({ color, colorName }: Pick<AnnotationDetail, 'color' | 'colorName'>): string {
  if (color === PINK_HEX) return PINK;
  return colorName === undefined ? NO_COLOR : (COLOR_LABELS[colorName.toLowerCase()] ?? colorName);
}

/** How a highlight is marked; undefined for what has no mark, like a bookmark. */
export function sayMark(annotation: Pick<AnnotationDetail, 'color' | 'colorName' | 'style'>): string | undefined {
  return annotation.style && `${sayColor(annotation)}, ${STYLE_LABELS[annotation.style]}`;
}

/** How sure the place of an annotation is, and why: in a device's own words where it gave some. */
export function sayQuality({ quality, failure }: Pick<AnnotationDetail, 'quality' | 'failure'>): {
  readonly label: string;
  readonly explanation: string;
} {
  return { label: QUALITY_LABELS[quality], explanation: failure ?? QUALITY_EXPLANATIONS[quality] };
}

/** A colour filter by the name a device gave it. */
export function sayColorName(name: string): string {
  return sayColor({ colorName: name });
}

const MONTH = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric' });

/** What an annotation is filed under; neighbours with the same words make a group. */
export function groupOf(annotation: AnnotationDetail, sort: AnnotationSort): string {
  switch (sort) {
    case 'newest':
    case 'oldest':
      return MONTH.format(Date.parse(annotation.createdAt));
    case 'updated':
      return MONTH.format(Date.parse(annotation.updatedAt));
    case 'page':
      return annotation.bookTitle;
    case 'color':
      return sayColor(annotation);
  }
}
