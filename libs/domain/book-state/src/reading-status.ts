/** Where a user stands with a book. */
export const READING_STATUSES = [
  'unread',
  'want_to_read',
  'reading',
  'on_hold',
  'rereading',
  'finished',
  'abandoned',
] as const;
export type ReadingStatus = (typeof READING_STATUSES)[number];

/** What KOReader knows; it shows `abandoned` as "On hold". */
export type DeviceStatus = 'reading' | 'complete' | 'abandoned';

/** @returns The server's status for a device's. */
export function statusFromDevice(status: DeviceStatus): ReadingStatus {
  switch (status) {
    case 'reading':
      return 'reading';
    case 'complete':
      return 'finished';
    case 'abandoned':
      return 'abandoned';
  }
}

/** @returns What a device can show of a status; undefined where it has no word for it. */
export function statusForDevice(status: ReadingStatus): DeviceStatus | undefined {
  switch (status) {
    case 'reading':
    case 'rereading':
      return 'reading';
    case 'finished':
      return 'complete';
    case 'on_hold':
    case 'abandoned':
      return 'abandoned';
    case 'unread':
    case 'want_to_read':
      return undefined;
  }
}
