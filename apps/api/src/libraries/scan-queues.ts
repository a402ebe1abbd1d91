import { defineQueue } from '../jobs/index.ts';

/** Files one job reads. */
export const READ_BATCH = 25;

/** Reading that ended its process, try after try: its files are put on record as unreadable, and the scan goes on. */
export const GIVE_UP_READING = defineQueue<ReadFilesJob>('give-up-reading', {
  retryLimit: 5,
  heartbeatSeconds: 30,
  expireInSeconds: 10 * 60,
});

/** Walks the folders of a library. */
export const SCAN_LIBRARY = defineQueue<{ readonly scanId: number }>('scan-library', {
  retryLimit: 5,
  heartbeatSeconds: 30,
  expireInSeconds: 12 * 60 * 60,
});

/** Reads some files a walk found new or changed. */
export interface ReadFilesJob {
  readonly scanId: number;
  /** Rows of `pending_reads`. */
  readonly pendingIds: readonly number[];
}

export const READ_FILES = defineQueue<ReadFilesJob>('read-files', {
  retryLimit: 3,
  heartbeatSeconds: 30,
  expireInSeconds: 60 * 60,
  deadLetter: GIVE_UP_READING,
});

/** Scans every library again, because not every disk tells when something changes on it. */
export const RESCAN_LIBRARIES = defineQueue<Record<string, never>>('rescan-libraries', {
  retryLimit: 1,
  heartbeatSeconds: 30,
  expireInSeconds: 10 * 60,
});
