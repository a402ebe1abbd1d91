import type { BookPlace, ReadingSource } from '@bookorbit/contracts';

const SOURCE_NAMES: Readonly<Record<ReadingSource, string>> = {
  koreader: 'KOReader',
  web: $localize`BookOrbit on the web`,
  kobo: 'Kobo',
  manual: $localize`By hand`,
};

/** What a source is called. */
export function saySource(source: ReadingSource): string {
  return SOURCE_NAMES[source];
}

/** Who reported a place: "KOReader · Kobo Libra 2". */
export function sayCameFrom({ source, deviceName }: Pick<BookPlace, 'source' | 'deviceName'>): string {
  // The web's own name for itself says no more than the source.
  return [SOURCE_NAMES[source], source === 'koreader' ? deviceName : undefined].filter(Boolean).join(' · ');
}
