import type { BookPlace } from '@bookorbit/contracts';

const SOURCE_NAMES: Readonly<Record<BookPlace['source'], string>> = {
  koreader: 'KOReader',
  web: 'Web reader',
  kobo: 'Kobo',
};

/** Who reported a place: "KOReader · Kobo Libra 2". */
export function sayCameFrom(place: Pick<BookPlace, 'source' | 'deviceName'>): string {
  return [SOURCE_NAMES[place.source], place.deviceName].filter(Boolean).join(' · ');
}
