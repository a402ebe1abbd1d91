import { LIMITS } from '@bookorbit/contracts';
import type { StatisticsRows } from '@bookorbit/book-files';
import { SyncRequestDto } from '../sync/index.ts';
import type { ImportedDocument } from './imported-document.ts';

/** Who a request of an import says it comes from. */
export interface ImportDevice {
  readonly deviceId: string;
  readonly deviceName: string;
  /** Wall clocks in the files are taken for the user's own. */
  readonly utcOffsetMinutes: number;
}

/** @returns What is said of a document, but for its page stats, as a device would say it in one or several one-call syncs. */
export function requestsOf(device: ImportDevice, said: ImportedDocument): SyncRequestDto[] {
  const { place, state } = said;
  const known = {
    ...(place && { progress: withoutUndefined(place) }),
    ...(state && { state: withoutUndefined(state) }),
  };
  const notes = said.notes.flatMap(({ domVersion, highlights, bookmarks }) => [
    ...chunks(highlights, LIMITS.annotationChanges.protocol).map((changes) => ({
      domVersion,
      annotations: listed(changes),
    })),
    ...chunks(bookmarks, LIMITS.bookmarkChanges).map((changes) => ({ domVersion, bookmarks: listed(changes) })),
  ]);
  return [{ domVersion: place?.domVersion, ...known }, ...notes].map((parts) => request(device, said, parts));
}

/** @returns The same for some of its page stats. */
export function pageStatsRequest(device: ImportDevice, said: ImportedDocument, rows: StatisticsRows): SyncRequestDto {
  const { pages, startTimes, durations, totalPages } = rows;
  const tuples = pages.map((page, n) => [page, startTimes[n], durations[n], totalPages[n]]);
  return request(device, said, { pageStats: { rows: tuples } });
}

function request(device: ImportDevice, { document, title, authors }: ImportedDocument, parts: object): SyncRequestDto {
  return Object.assign(new SyncRequestDto(), {
    deviceId: device.deviceId,
    deviceModel: device.deviceName,
    utcOffsetMinutes: device.utcOffsetMinutes,
    protocol: 1,
    books: [withoutUndefined({ hash: document, title, authors, receive: false, ...parts })],
  });
}

/** An import never says what is missing: nothing is deleted by it. */
function listed(changes: readonly object[]) {
  return { keys: [], keysComplete: false, changes: changes.map(withoutUndefined) };
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined));
}
