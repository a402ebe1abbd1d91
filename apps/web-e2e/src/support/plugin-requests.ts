import type { DeviceAnnotation } from '@bookorbit/contracts';
import type { PluginDevice } from '@bookorbit/testing';

/** A highlight as a device makes it; the later `n`, the later it was made. */
export function highlight(n: number, more: Partial<DeviceAnnotation> = {}): DeviceAnnotation {
  return {
    datetime: `2026-03-${String(1 + (n % 28)).padStart(2, '0')} 10:${String(Math.floor(n / 28) % 60).padStart(2, '0')}:00`,
    drawer: 'lighten',
    color: 'yellow',
    text: `Passage number ${n}.`,
    chapter: 'Chapter one',
    pageno: n + 1,
    posFormat: 'xpointer',
    pos0: `/body/DocFragment[2]/body/p[${n + 1}]/text().0`,
    pos1: `/body/DocFragment[2]/body/p[${n + 1}]/text().9`,
    ...more,
  };
}

/** Sends highlights as the plugin does after they were made. */
export async function sendHighlights(
  device: PluginDevice,
  hash: string,
  changes: readonly DeviceAnnotation[],
): Promise<void> {
  await accepted(device.post('annotations/exchange', { books: [{ hash, keys: [], keysComplete: false, changes }] }));
}

/** Sends reading time: each row a page, when it was opened (unix seconds), and for how many seconds. */
export async function sendPageStats(
  device: PluginDevice,
  hash: string,
  rows: readonly (readonly [page: number, startTime: number, seconds: number])[],
): Promise<void> {
  await accepted(device.post('page-stats', { books: [{ hash, rows: rows.map((row) => [...row, 300]) }] }));
}

async function accepted(sent: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await sent;
  if (status !== 200) throw new Error(`A device was answered ${status}: ${JSON.stringify(body)}`);
}
