/** One row of KOReader's `page_stat_data`: a page, looked at for a while. */
export interface PageStat {
  readonly page: number;
  /** Unix seconds. */
  readonly startTime: number;
  /** Seconds. */
  readonly duration: number;
  /** Pages the book had under the rendering `page` belongs to. */
  readonly totalPages: number;
}

/** A page stat with the device whose reading it is. */
export interface OwnedPageStat extends PageStat {
  readonly deviceId: string;
}

/**
 * Which of two reports of one page and start time is kept. Devices that merge their statistics report the same row: it belongs to the
 * smallest device id among them; KOReader lets durations grow, so the largest counts, then the largest number of pages.
 */
export function mergePageStat(a: OwnedPageStat, b: OwnedPageStat): OwnedPageStat {
  return {
    page: a.page,
    startTime: a.startTime,
    duration: Math.max(a.duration, b.duration),
    totalPages:
      a.duration === b.duration ? Math.max(a.totalPages, b.totalPages) : (a.duration > b.duration ? a : b).totalPages,
    deviceId: a.deviceId < b.deviceId ? a.deviceId : b.deviceId,
  };
}

/** @returns One stat for each page and start time, in order of time. */
export function distinctPageStats(stats: readonly OwnedPageStat[]): OwnedPageStat[] {
  const byIdentity = new Map<string, OwnedPageStat>();
  for (const stat of stats) {
    const identity = `${stat.startTime}:${stat.page}`;
    const known = byIdentity.get(identity);
    byIdentity.set(identity, known ? mergePageStat(known, stat) : stat);
  }
  return [...byIdentity.values()].sort(inTimeOrder);
}

export function inTimeOrder(a: PageStat, b: PageStat): number {
  return a.startTime - b.startTime || a.page - b.page;
}
