/** What a device uploaded for a file so far. */
export interface KnownUpload {
  /** Highest start time of what is accounted for, unix seconds. */
  readonly watermark: number;
  /** Rows of the device that are accounted for; undefined when it never said how many it holds. */
  readonly rowCount?: number;
  /** The earliest start time it ever uploaded. */
  readonly firstStart?: number;
}

/** One request of the device for the file. */
export interface SentRows {
  /** Also of rows that cannot be used: they are accounted for like all others, or the device would be asked for them for ever. */
  readonly startTimes: Iterable<number> & ArrayLike<number>;
  /** Rows the device holds for the file in all. */
  readonly rowCount?: number;
}

export interface UploadDecision {
  readonly upload: KnownUpload;
  /** What the device is told: it goes on from there; 0: everything again. */
  readonly watermark: number;
}

/** Where nobody wrote down what came first, what begins this much before the watermark comes from the start. */
const LONGEST_OVERLAP_SECONDS = 7 * 86_400;
/** After as many rows at once there may be more to come; fewer are the rest. */
const FULL_SLICE = 1000;

/**
 * How far a device has uploaded. It sends what is newer than what it sent, but KOReader may also merge old rows in from elsewhere: where a
 * device holds more than it has shown, it is asked for everything, and that as often as it takes, for an answer may be lost. What begins
 * with its first row is counted anew.
 *
 * @param now The server's clock, unix seconds: what lies ahead of it never counts as reached.
 */
export function judgeUpload(known: KnownUpload | undefined, sent: SentRows, now: number): UploadDecision {
  const { rowCount, startTimes } = sent;
  const { latest, earliest, fresh } = spanOf(startTimes, known?.watermark ?? 0, now);
  const isFromStart = !known || earliest <= (known.firstStart ?? known.watermark - LONGEST_OVERLAP_SECONDS);
  const before = known?.rowCount ?? 0;
  // Old rows alone are a request that came late; with more on the device than it ever showed, it goes through all of it again.
  const isStartingOver = isFromStart && rowCount !== undefined && before + fresh < rowCount;
  const watermark = isStartingOver && latest > 0 ? latest : Math.max(known?.watermark ?? 0, latest);
  const first = Math.min(known?.firstStart ?? Number.POSITIVE_INFINITY, earliest);
  const firstStart = Number.isFinite(first) ? first : undefined;
  if (rowCount === undefined || (known && known.rowCount === undefined && !isFromStart)) {
    return { upload: { watermark, rowCount: rowCount ?? known?.rowCount, firstStart }, watermark };
  }
  // Rows were reset on the device; whether others came meanwhile it is asked once.
  if (rowCount < before && fresh === 0 && startTimes.length < rowCount) {
    return { upload: { watermark, rowCount, firstStart: earliest }, watermark: 0 };
  }
  const accounted = Math.min(rowCount, isStartingOver ? startTimes.length : before + fresh);
  // A first request is the beginning of something.
  const mayGoOn = !known || (startTimes.length >= FULL_SLICE && fresh > 0);
  const isMissing = accounted < rowCount && !mayGoOn;
  return { upload: { watermark, rowCount: accounted, firstStart }, watermark: isMissing ? 0 : watermark };
}

/** @returns The latest that is not ahead of now, the earliest, and how many come after what was reached. */
function spanOf(startTimes: Iterable<number>, reached: number, now: number) {
  let [latest, earliest, fresh] = [0, Number.POSITIVE_INFINITY, 0];
  for (const startTime of startTimes) {
    if (startTime < earliest) earliest = startTime;
    if (startTime > reached) fresh += 1;
    if (startTime <= now && startTime > latest) latest = startTime;
  }
  return { latest, earliest, fresh };
}
