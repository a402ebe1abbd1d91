import { KOBO_DEVICE, type SyncProgressAnswer, WEB_READER_DEVICE } from '@bookorbit/contracts';
import type { StoredReport } from '../progress/index.ts';

/**
 * The newest place in a file as a device can use it. A place KOReader wrote is exact in any KOReader; of others only the percentage is
 * sure.
 *
 * @param deviceId The device that asks.
 */
export function newestPlace(shared: StoredReport, deviceId: string): NonNullable<SyncProgressAnswer['newest']> {
  const native = shared.position.xpointer ?? shared.position.page;
  return {
    percentage: shared.percentage,
    readAt: Math.floor(shared.readAt ?? shared.receivedAt),
    source: shared.source,
    device: deviceName(shared),
    own: shared.deviceId === deviceId,
    quality: native === undefined ? 'nearby' : 'exact',
    candidates: [
      ...(native === undefined ? [] : [{ kind: 'exact' as const, position: native }]),
      { kind: 'percent', position: String(shared.percentage) },
    ],
  };
}

function deviceName({ source, deviceName: name }: StoredReport): string {
  switch (source) {
    case 'koreader':
      return name;
    case 'web':
      return WEB_READER_DEVICE.name;
    case 'kobo':
      return KOBO_DEVICE.name;
  }
}
