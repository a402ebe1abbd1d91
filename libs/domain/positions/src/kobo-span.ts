/** A place in a KEPUB: a span of one document, and characters into it. */
export interface KoboSpan {
  /** Zip path of the document, as Kobo's `Source` or `chapterFilename` has it. */
  readonly source: string;
  readonly paragraph: number;
  readonly segment: number;
  /** UTF-16 units into the text of the span (Kobo's `startChar`); 0 at its start. */
  readonly offset: number;
}

/** Reads `OEBPS/ch1.xhtml#kobo.3.2`, with `:14` behind it for an offset; also Kobo's own `span#kobo\.3\.2` after a path. */
export function parseKoboSpan(pointer: string): KoboSpan | undefined {
  const found = /^(.*?)#?(?:span#)?kobo\\{0,2}\.(\d+)\\{0,2}\.(\d+)(?::(\d+))?$/s.exec(pointer.trim());
  if (found === null) return undefined;
  const [, source = '', paragraph, segment, offset = '0'] = found;
  return { source, paragraph: Number(paragraph), segment: Number(segment), offset: Number(offset) };
}

/** Writes a span the way `parseKoboSpan` reads it. */
export function formatKoboSpan({ source, paragraph, segment, offset }: KoboSpan): string {
  return `${source}#kobo.${paragraph}.${segment}${offset > 0 ? `:${offset}` : ''}`;
}
