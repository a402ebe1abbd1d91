import { newerOf, type ProgressReport } from './canonical-progress.ts';

/**
 * Why a place is the book's, or is not.
 *
 * - `chosen`: the book's; the person set it by hand, and nothing was read since.
 * - `newest`: the book's; it was read last.
 * - `older`: something was read, or chosen, after it.
 * - `held`: newer than the book's, but its device has not followed the place set by hand yet.
 * - `undated`: its device's clock could not be believed, so it is newer than nothing; the book's only where no other place has a time.
 */
export type PlaceStanding = 'chosen' | 'newest' | 'older' | 'held' | 'undated';

/**
 * @param canonical The book's place.
 * @param chosenAt When a place of this file was last set by hand, unix seconds.
 */
export function standingOf(report: ProgressReport, canonical: ProgressReport, chosenAt?: number): PlaceStanding {
  if (report.readAt === undefined) return 'undated';
  const isCanonical = report.sequence === canonical.sequence;
  if (isCanonical) return report.source === 'web' && report.readAt === chosenAt ? 'chosen' : 'newest';
  return newerOf(report, canonical) === report ? 'held' : 'older';
}
