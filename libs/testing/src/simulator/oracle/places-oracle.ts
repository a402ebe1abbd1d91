/** A place somebody was at. `at` is when it was read: between these two times, as far as one can know. */
interface Reading {
  readonly by: string;
  readonly percentage: number;
  readonly progress: string;
  readonly earliest: number;
  readonly latest: number;
  readonly what: string;
}

interface Reset {
  readonly target: number;
  readonly told: Set<string>;
  readonly firstPlaces: Map<string, string>;
  readonly released: Set<string>;
}

/** Whether a word is taken for reading; `perhaps` where nobody can know whose place was the newest before. */
export type Counts = 'yes' | 'no' | 'perhaps';

/** This near to where the user wants to be, a device has followed. */
const FOLLOWED_WITHIN = 0.05;

/** What was read in one file, and which place is the newest because of it. */
export class PlacesOracle {
  private readonly readings: Reading[] = [];
  /** The last place each device told. */
  private readonly placesByDevice = new Map<string, string>();
  private readonly timeless = new Set<string>();
  private reset: Reset | undefined;

  /**
   * A device said where it is.
   *
   * @param readAt Earliest and latest time it can have been read; undefined when its clock cannot be believed.
   * @returns Whether it counts as reading: not as long as a reset holds against the device, and not when it says again what is the place of
   *   the book by its own word.
   */
  told(
    device: string,
    place: { readonly percentage: number; readonly progress: string },
    readAt: readonly [number, number] | undefined,
    how: 'whenRead' | 'whenItArrives',
  ): Counts {
    const isRepeat = isOnePlace(this.placesByDevice.get(device), place.progress);
    const newest = newestOf(this.readings);
    const wasTimeless = this.timeless.has(device);
    if (this.isHeld(device, place)) {
      this.note(device, place.progress, readAt === undefined);
      return 'no';
    }
    // Saying the same place again is not reading, but for a client that cannot say when it read.
    if (isRepeat && how === 'whenRead' && !(wasTimeless && readAt)) return 'no';
    this.note(device, place.progress, readAt === undefined);
    if (!readAt) return 'no';
    const [earliest, latest] = readAt;
    this.readings.push({ ...place, by: device, earliest, latest, what: `${device} at ${place.percentage}` });
    if (how === 'whenRead' || !isRepeat || newest.every(({ by }) => by !== device)) return 'yes';
    return newest.every(({ by }) => by === device) ? 'no' : 'perhaps';
  }

  /** The user set the place by hand. */
  set(target: number, progress: string, at: number): void {
    this.reset = { target, told: new Set(), firstPlaces: new Map(), released: new Set() };
    this.readings.push({
      by: 'web',
      percentage: target,
      progress,
      earliest: at,
      latest: at,
      what: `set by hand to ${target}`,
    });
  }

  /** A device was answered with the newest place. */
  answered(device: string): void {
    this.reset?.told.add(device);
  }

  /** @returns What is wrong with what the server says is the newest place in any file of a book. */
  static judge(files: readonly PlacesOracle[], canonical: { readonly percentage: number } | undefined): string[] {
    const readings = files.flatMap((file) => file.readings);
    if (readings.length === 0) return [];
    const newest = newestOf(readings);
    if (canonical && newest.some(({ percentage }) => Math.abs(percentage - canonical.percentage) < 1e-9)) return [];
    const expected = newest.map(({ what }) => what).join(' or ');
    return [`the newest place is ${canonical?.percentage}, and not that of ${expected}`];
  }

  private note(device: string, progress: string, isTimeless: boolean): void {
    this.placesByDevice.set(device, progress);
    if (isTimeless) this.timeless.add(device);
    else this.timeless.delete(device);
  }

  private isHeld(device: string, place: { readonly percentage: number; readonly progress: string }): boolean {
    const { reset } = this;
    if (!reset || reset.released.has(device)) return false;
    const first = reset.firstPlaces.get(device);
    const hasFollowed = Math.abs(place.percentage - reset.target) <= FOLLOWED_WITHIN;
    const readsOn = reset.told.has(device) && first !== undefined && !isOnePlace(first, place.progress);
    if (hasFollowed || readsOn) {
      reset.released.add(device);
      return false;
    }
    if (reset.told.has(device) && first === undefined) reset.firstPlaces.set(device, place.progress);
    return true;
  }
}

/** Two places within a sentence are one. */
function isOnePlace(one: string | undefined, other: string): boolean {
  if (one === undefined || one === other) return one === other;
  const [text, offset] = partsOf(one);
  const [otherText, otherOffset] = partsOf(other);
  return text === otherText && Math.abs(offset - otherOffset) <= 100;
}

/** The text a pointer is in, and the character; pages are no texts, and a Kobo's span is a sentence itself. */
function partsOf(place: string): readonly [string, number] {
  const [, text, offset] = /^(\/.*)\.(\d+)$/.exec(place) ?? [];
  return text === undefined ? [place, 0] : [text, Number(offset)];
}

/** Those none of the others is certainly later than. */
function newestOf(readings: readonly Reading[]): Reading[] {
  return readings.filter(({ latest }) => readings.every((other) => latest >= other.earliest));
}
