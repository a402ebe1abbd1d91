import type { AnnotationChange } from '@bookorbit/contracts';
import {
  type Annotation,
  type AnnotationFields,
  drawerFromStyle,
  hexFromKoreader,
  koreaderFromHex,
} from '@bookorbit/domain-annotations';
import type { WebColumns } from './annotation.repository.ts';

/** What a change made on the web says in KOReader's words. */
export function patchedFields(
  annotation: Annotation,
  { style, color, note, text }: AnnotationChange,
): AnnotationFields {
  const isHighlight = annotation.kind === 'highlight';
  return {
    ...(isHighlight && style !== undefined && { drawer: drawerFromStyle(style) }),
    ...(isHighlight && color !== undefined && { color: colorName(color) }),
    ...(text !== undefined && { text }),
    ...(note !== undefined && { note: note === '' ? undefined : note }),
  };
}

/** KOReader's name for a colour of ours. */
export function colorName(color: string): string {
  return color.startsWith('#') ? koreaderFromHex(color) : color;
}

/** What KOReader has no word for is kept beside its nearest. */
export function webColumns({ style, color }: AnnotationChange): WebColumns {
  const isOurs = color?.startsWith('#') && hexFromKoreader(koreaderFromHex(color)) !== color.toUpperCase();
  return {
    ...(style !== undefined && { webStyle: style === 'squiggly' ? style : null }),
    ...(color !== undefined && { webColor: isOurs ? color.toUpperCase() : null }),
  };
}
