import {
  type AckAnswer,
  type AnnotationAdd,
  type AnnotationExchangeAnswer,
  type AnnotationExchangeBook,
  LIMITS,
} from '@bookorbit/contracts';
import { type BenchReader, openReader } from '../bench-reader.ts';
import type { OurServer } from '../our-server.ts';
import { shown, tableLines } from '../print-table.ts';
import { cpuMs } from '../process-figures.ts';
import { median } from '../statistics.ts';
import { DeviceClient } from './device-client.ts';
import { highlightsOf, keysOf } from './notes.ts';

const HIGHLIGHTS = 760;

/** What one step of a round took. */
interface Taken {
  readonly requests: number;
  readonly ms: number;
  readonly cpuMs: number;
}

type Step = (device: { readonly old: DeviceClient; readonly fresh: DeviceClient }, hash: string) => Promise<number>;

/** Each answers with the requests it needed. */
const STEPS: Readonly<Record<string, Step>> = {
  'a device sends them all': ({ old }, hash) => sendAll(old, hash),
  'the same device, nothing new': ({ old }, hash) => askNothing(old, hash),
  'another device takes and acks them': ({ fresh }, hash) => takeAll(fresh, hash),
  'that device, nothing new': ({ fresh }, hash) => askNothing(fresh, hash),
};

const NOTES = highlightsOf(HIGHLIGHTS);

/** Exchange of all highlights of one book, the first time and ever after. Answers with lines to print. */
export async function benchExchange(
  ours: OurServer,
  libraryId: number,
  hash: string,
  rounds: number,
): Promise<string[]> {
  const taken = new Map<string, Taken[]>();
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(`  highlights, ${round === 0 ? 'warming up' : `round ${round}`}\n`);
    const reader = await openReader(ours, `exchange-${round}`, libraryId);
    const devices = { old: client(ours, reader, 'OLD'), fresh: client(ours, reader, 'FRESH') };
    for (const [title, step] of Object.entries(STEPS)) {
      const before = { ms: performance.now(), cpu: cpuMs(ours.pid) };
      const requests = await step(devices, hash);
      const own = { requests, ms: performance.now() - before.ms, cpuMs: cpuMs(ours.pid) - before.cpu };
      if (round > 0) taken.set(title, [...(taken.get(title) ?? []), own]);
    }
  }
  return [
    `${HIGHLIGHTS} highlights of one book, ${rounds} rounds after one to warm up; medians`,
    ...tableLines(
      ['', 'requests', 'ms in all', 'CPU ms in all'],
      [...taken].map(([title, all]) => [
        title,
        shown(median(all.map(({ requests }) => requests))),
        shown(median(all.map(({ ms }) => ms))),
        shown(median(all.map(({ cpuMs: cpu }) => cpu))),
      ]),
    ),
  ];
}

function client({ origin }: OurServer, { headers }: BenchReader, deviceId: string): DeviceClient {
  return new DeviceClient(origin, headers, deviceId);
}

async function exchange(device: DeviceClient, book: AnnotationExchangeBook) {
  const answer = await device.post<AnnotationExchangeAnswer>('annotations/exchange', { books: [book] });
  const [result] = answer.results;
  if (!result) throw new Error('The book of the exchange is not known to the server.');
  return result;
}

async function sendAll(device: DeviceClient, hash: string): Promise<number> {
  let requests = 0;
  for (let from = 0; from < NOTES.length; from += LIMITS.annotationChanges.protocol) {
    const changes = NOTES.slice(from, from + LIMITS.annotationChanges.protocol);
    const { applied } = await exchange(device, { hash, keys: [], keysComplete: false, changes });
    if (applied.created !== changes.length) throw new Error(`${applied.created} highlights were made.`);
    requests += 1;
  }
  return requests;
}

async function askNothing(device: DeviceClient, hash: string): Promise<number> {
  const { toApply } = await exchange(device, { hash, keys: keysOf(NOTES), keysComplete: true, changes: [] });
  if (toApply.add.length + toApply.edit.length + toApply.delete.length > 0) throw new Error('Something was new.');
  return 1;
}

async function takeAll(device: DeviceClient, hash: string): Promise<number> {
  const held: AnnotationAdd[] = [];
  let requests = 0;
  for (let isMore = true; isMore;) {
    const { toApply, more } = await exchange(device, { hash, keys: keysOf(held), keysComplete: true, changes: [] });
    requests += 1 + (await ack(device, hash, toApply.add));
    held.push(...toApply.add);
    isMore = more;
  }
  if (held.length !== NOTES.length) throw new Error(`${held.length} highlights were taken.`);
  return requests;
}

async function ack(device: DeviceClient, hash: string, added: readonly AnnotationAdd[]): Promise<number> {
  let requests = 0;
  for (let from = 0; from < added.length; from += LIMITS.annotationAcks) {
    const applied = added
      .slice(from, from + LIMITS.annotationAcks)
      .map(({ serverId, version }) => ({ serverId, version, status: 'applied' as const }));
    await device.post<AckAnswer>('annotations/exchange-ack', { books: [{ hash, applied, deleted: [] }] });
    requests += 1;
  }
  return requests;
}
