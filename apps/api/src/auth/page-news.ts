import type { ServerEvent } from '@bookorbit/contracts';

/** Tells the open pages of a user what they changed on one of them. Routes know only that somebody does; the module of live events says how. */
export abstract class PageNews {
  /** Never fails: what was changed stays changed, whether or not a page hears of it. */
  abstract tell(userId: number, event: ServerEvent): Promise<void>;
}
