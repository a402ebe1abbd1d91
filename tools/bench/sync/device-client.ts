import { DEVICE_PROTOCOL } from '@bookorbit/contracts';
import { sendOnce } from '../load.ts';

/** A device with our plugin that asks one thing after the other. */
export class DeviceClient {
  private readonly origin: string;
  private readonly headers: Readonly<Record<string, string>>;
  private readonly deviceId: string;

  constructor(origin: string, headers: Readonly<Record<string, string>>, deviceId: string) {
    this.origin = origin;
    this.headers = headers;
    this.deviceId = deviceId;
  }

  async post<T>(route: string, body: object): Promise<T> {
    const path = `/api/v1/koreader/plugin/${route}`;
    const text = JSON.stringify({ ...envelopeOf(this.deviceId), ...body });
    return JSON.parse(await sendOnce(this.origin, { method: 'POST', path, headers: this.headers, body: text })) as T;
  }
}

/** What every request of our plugin begins with. */
export function envelopeOf(deviceId: string) {
  return {
    deviceId,
    deviceModel: 'Kobo_spaBW',
    pluginVersion: '0.1.0',
    protocol: DEVICE_PROTOCOL,
    utcOffsetMinutes: 0,
  };
}
