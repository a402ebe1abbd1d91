import { translatePage, translateShare } from '@bookorbit/domain-positions';
import type { KnownPlace, LostPosition, OfferedPlace } from './worker-messages.ts';

/**
 * What can be said of a place in a book of pages: the page, the same everywhere; or, of a percentage, the page about there.
 *
 * @param pageCount Null when it is not known.
 */
export function offerPage(
  place: Pick<KnownPlace, 'percentage'> & { readonly page?: string },
  pageCount: number | null,
): OfferedPlace | LostPosition {
  const percent = { kind: 'percent' as const, position: String(place.percentage) };
  if (place.page !== undefined) {
    const found = pageCount === null ? undefined : translatePage(place.page, pageCount);
    if (found === undefined)
      return { quality: 'exact', candidates: [{ kind: 'exact', position: place.page }, percent] };
    if (found.kind !== 'lost' && found.position?.kind === 'page') {
      const { kind, position } = found;
      const candidate = {
        kind: kind === 'exact' ? ('exact' as const) : ('block' as const),
        position: String(position.page),
      };
      return { quality: kind, candidates: [candidate, percent] };
    }
  }
  if (pageCount === null || !Number.isFinite(place.percentage)) return offerShare(place.percentage);
  const page = Math.min(pageCount, Math.max(1, Math.round(place.percentage * pageCount)));
  return { quality: 'nearby', candidates: [{ kind: 'block', position: String(page) }, percent] };
}

/** What can be said of a place in a book whose inside we do not read: only how far into it, which is near at best. */
export function offerShare(percentage: number): OfferedPlace | LostPosition {
  const found = translateShare(percentage);
  if (found.kind === 'lost' || found.position?.kind !== 'share')
    return { kind: 'lost', reason: 'not a share of a book' };
  return { quality: 'nearby', candidates: [{ kind: 'percent', position: String(found.position.percentage) }] };
}
