import { isStorableText } from '../http/index.ts';

/**
 * Text of a device within its limit, cut on a code point edge.
 *
 * @param limit Code units.
 * @returns undefined when it is no text, or one that cannot be stored.
 */
export function cutText(value: unknown, limit: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const whole = value.length <= limit ? value : value.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return isStorableText(whole) ? whole : undefined;
}
