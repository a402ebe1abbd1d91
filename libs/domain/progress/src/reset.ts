import { isSamePlace, type Place } from './place.ts';

/** A place the user set by hand, to start over or to step back. It holds against each device by itself. */
export interface Reset {
  /** Where the user wants to be, 0–1. */
  readonly target: number;
  /** Whether the device was told. */
  readonly isSent: boolean;
  /** The first place the device reported after it was told. */
  readonly firstPlace?: Place;
}

/** What a report means to a reset that holds. */
export type ResetDecision =
  /** The device has followed, or reads on from where it is on purpose: it counts as ever from this report on. */
  | { readonly kind: 'released' }
  /** The report moves the device's own row only. */
  | { readonly kind: 'held'; readonly firstPlace?: Place };

/** This near to where the user wants to be, a device has followed. */
const FOLLOWED_WITHIN = 0.05;

/**
 * Whether a report may move the shared place again: once the device is where the user wanted to be, or once it was told and has since been
 * at two different places, for then somebody reads there.
 */
export function judgeReset(reset: Reset, place: Place): ResetDecision {
  if (Math.abs(place.percentage - reset.target) <= FOLLOWED_WITHIN) return { kind: 'released' };
  if (!reset.isSent) return { kind: 'held' };
  if (!reset.firstPlace) return { kind: 'held', firstPlace: place };
  return isSamePlace(reset.firstPlace, place) ? { kind: 'held' } : { kind: 'released' };
}
