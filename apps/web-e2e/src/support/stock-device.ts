import { createHash } from 'node:crypto';
import { StockDevice, keyOfPassword } from '@bookorbit/testing';

const ANY_PLACE = '/body/DocFragment[1]/body/p[1]/text().0';

/** A KOReader with nothing but its own progress sync. */
export interface Reader {
  /** Reports a place; `document` is the fingerprint the device computed. Resolves to the HTTP status. */
  push(document: string, percentage: number): Promise<number>;
}

/** @param model What the device calls itself; the same model is the same device. */
export function stockDevice(origin: string, username: string, password: string, model: string): Reader {
  const deviceId = createHash('md5').update(model).digest('hex').toUpperCase();
  const device = new StockDevice({ origins: [origin], username, key: keyOfPassword(password) }, model, deviceId);
  return {
    push: async (document, percentage) => (await device.push(document, percentage, ANY_PLACE)).status,
  };
}
