import type { BookPlace } from '@bookorbit/contracts';

/** Why a book is where it is, in one or two sentences; nothing where one source has read it and that is all. */
export function sayWhy(places: readonly BookPlace[]): string {
  const isHeld = places.some(({ standing }) => standing === 'held');
  return [
    reasonOf(places, isHeld),
    isHeld &&
      $localize`A device that is elsewhere is offered it with its next sync; if you read on there instead, its place counts again.`,
  ]
    .filter(Boolean)
    .join(' ');
}

function reasonOf(places: readonly BookPlace[], isHeld: boolean): string | undefined {
  switch (places.find(({ isCanonical }) => isCanonical)?.standing) {
    case 'chosen':
      return $localize`You chose this place here, and have not read on since.`;
    case 'newest':
      if (isHeld) return $localize`It counts because it was read last after you chose your place here.`;
      return places.length > 1 ? $localize`It counts because it was read last.` : undefined;
    case 'undated':
      return $localize`The device’s clock could not be believed; any place with a time will count before this one.`;
    default:
      return undefined;
  }
}
