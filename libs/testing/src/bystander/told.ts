import type { DeviceAnswer, PluginDevice } from '../koreader-device.ts';
import { answeredWell } from './answered-well.ts';

/** No book of any library. */
export const UNKNOWN_DOCUMENT = '0123456789abcdef0123456789abcdef';

/** What grows by asking alone says nothing of what anybody did. */
const COUNTS = new Set(['serverTime', 'round']);
const MOST_EXCHANGED = 20;

/** What a device is told of places and highlights when it only asks. */
export async function told(device: PluginDevice, documents: readonly string[]): Promise<string[]> {
  const books = documents
    .filter((document) => document !== UNKNOWN_DOCUMENT)
    .slice(0, MOST_EXCHANGED)
    .map((hash) => ({ hash, keys: [], keysComplete: false, changes: [] }));
  const answers: DeviceAnswer[] = await Promise.all(documents.map((document) => device.pull(document)));
  if (books.length > 0) answers.push(await device.post('annotations/exchange', { books }));
  return answers.map((answer) =>
    JSON.stringify(answeredWell(answer), (name, value: unknown) => (COUNTS.has(name) ? undefined : value)),
  );
}
