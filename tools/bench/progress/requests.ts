import { randomBytes } from 'node:crypto';
import {
  DEVICE_PROTOCOL,
  type MatchCheckRequest,
  type ProgressPush,
  type StockProgressPush,
} from '@bookorbit/contracts';
import type { Exchange } from '../load.ts';

const ROOT = '/api/v1/koreader';
/** A long novel, in paragraphs. */
const PARAGRAPHS = 5_000;

/** Makes the requests of many devices of one account, each with a book of its own. */
export interface DeviceRequests {
  push(connection: number, n: number): Exchange;
  pull(connection: number): Exchange;
  pluginPush(connection: number, n: number): Exchange;
  matchCheck(connection: number): Exchange;
}

/**
 * @param key The md5 of the account's password, or a device key.
 * @param documents Fingerprints of files of the library.
 */
export function deviceRequests(username: string, key: string, documents: readonly string[]): DeviceRequests {
  const headers = { 'x-auth-user': username, 'x-auth-key': key, accept: 'application/vnd.koreader.v1+json' };
  const documentOf = (connection: number) => documents[connection % documents.length] ?? '';
  const devices = new Map<number, string>();
  const deviceIdOf = (connection: number) => {
    const known = devices.get(connection) ?? randomBytes(16).toString('hex').toUpperCase();
    devices.set(connection, known);
    return known;
  };
  const envelope = (connection: number) => ({
    deviceId: deviceIdOf(connection),
    deviceModel: 'Kobo_spaBW',
    pluginVersion: '0.1.0',
    protocol: DEVICE_PROTOCOL,
  });
  return {
    push(connection, n) {
      const body: StockProgressPush = {
        document: documentOf(connection),
        ...placeAt(n),
        device: 'Kobo_spaBW',
        device_id: deviceIdOf(connection),
      };
      return { method: 'PUT', path: `${ROOT}/syncs/progress`, headers, body: JSON.stringify(body) };
    },
    pull: (connection) => ({ method: 'GET', path: `${ROOT}/syncs/progress/${documentOf(connection)}`, headers }),
    pluginPush(connection, n) {
      const timestamp = Math.floor(Date.now() / 1000);
      const body: ProgressPush = {
        ...envelope(connection),
        items: [{ hash: documentOf(connection), ...placeAt(n), timestamp, domVersion: 20_240_114 }],
      };
      return { method: 'POST', path: `${ROOT}/plugin/progress`, headers, body: JSON.stringify(body) };
    },
    matchCheck(connection) {
      const body: MatchCheckRequest = { ...envelope(connection), hashes: documents };
      return { method: 'POST', path: `${ROOT}/plugin/match-check`, headers, body: JSON.stringify(body) };
    },
  };
}

/** Every page turn is another place; after the last one the book is read again. */
function placeAt(n: number): { percentage: number; progress: string } {
  const paragraph = n % PARAGRAPHS;
  const chapter = Math.floor(paragraph / 100);
  return {
    percentage: Number((paragraph / PARAGRAPHS).toFixed(4)),
    progress: `/body/DocFragment[${chapter + 1}]/body/div/p[${(paragraph % 100) + 1}]/text().${(n * 7) % 400}`,
  };
}
