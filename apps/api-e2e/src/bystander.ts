import { randomUUID } from 'node:crypto';
import { PluginDevice, StockDevice } from '@bookorbit/testing';
import type { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';
import { createReader, type Reader } from './reader.ts';

const UNKNOWN_DOCUMENT = '0123456789abcdef0123456789abcdef';
const DAY_SECONDS = 86_400;
const COUNTS = new Set(['serverTime', 'round']);

/**
 * A user who has the same files as the one a test is about, and takes no part in it. Whatever the test does, nothing of theirs may
 * move, and nobody else may read a word of it: all they have bears one mark.
 */
export class Bystander {
  private constructor(
    readonly reader: Reader,
    /** Stands in everything that is theirs alone, and nowhere else. */
    readonly mark: string,
    private readonly documents: readonly string[],
    private readonly device: PluginDevice,
    private readonly toldAtFirst: readonly unknown[],
  ) {}

  /** @param hashes Fingerprints of the files this user reads; those that several books share are left out. */
  static async join(
    admin: Browser,
    origins: readonly string[],
    libraryIds: readonly number[],
    hashes: readonly string[],
  ): Promise<Bystander> {
    const reader = await createReader(admin, origins, 'bystander', { libraryIds: [...libraryIds] });
    const mark = `seen by nobody ${randomUUID()}`;
    // A key of a download: it is never throttled, whatever a test tries on others.
    const account = await reader.downloadPlugin();
    const device = new PluginDevice(account, `bystander-${randomUUID()}`, { utcOffsetMinutes: 0 }, mark);
    const known = await matched(device, hashes);
    await leaveTraces(device, new StockDevice(account, mark, mark), mark, known);
    const documents = [...known, UNKNOWN_DOCUMENT];
    return new Bystander(reader, mark, documents, device, await told(device, documents));
  }

  /** Fails when the server answers the bystander's device anything else than at first. */
  async expectUnmoved(): Promise<void> {
    expect(await told(this.device, this.documents)).toEqual(this.toldAtFirst);
  }
}

/** A device whose clock stopped years ago, in the hands of somebody a test is about. */
export class StaleDevice {
  private constructor(
    readonly reader: Reader,
    private readonly device: PluginDevice,
  ) {}

  static async of(reader: Reader): Promise<StaleDevice> {
    const clock = { aheadSeconds: -20 * 365 * DAY_SECONDS, isSilent: true };
    const device = new PluginDevice(await reader.downloadPlugin(), 'stale-clock', clock, 'Stale');
    expectStatus(await device.progress([]), 200);
    return new StaleDevice(reader, device);
  }

  /** Fails when a report by its clock moves a place somebody has. */
  async expectToMoveNothing(hashes: readonly string[]): Promise<void> {
    const before = await places(this.device, hashes);
    const items = hashes.map((hash) => ({
      hash,
      percentage: 0.01,
      progress: '/body/DocFragment[1]/body/p[1].0',
      timestamp: this.device.now(),
    }));
    expectStatus(await this.device.progress(items), 200);
    const after = await places(this.device, hashes);
    // Where there was no place before, anything is better than none.
    expect(after.filter((_, n) => hasPlace(before[n]))).toEqual(before.filter(hasPlace));
  }

  /** Everything the server tells this person's devices. */
  told(documents: readonly string[]): Promise<unknown[]> {
    return told(this.device, documents);
  }
}

async function matched(device: PluginDevice, hashes: readonly string[]): Promise<string[]> {
  if (hashes.length === 0) return [];
  const answer = await device.matchCheck(hashes.map((hash) => ({ hash })));
  expectStatus(answer, 200);
  expect(answer.body.matches).not.toEqual([]);
  return answer.body.matches.map(({ hash }) => hash);
}

async function leaveTraces(
  device: PluginDevice,
  stock: StockDevice,
  mark: string,
  hashes: readonly string[],
): Promise<void> {
  expectStatus(await stock.push(UNKNOWN_DOCUMENT, 0.5, mark, { metadata: { title: mark } }), 200);
  if (hashes.length === 0) return;
  const progress = '/body/DocFragment[2]/body/p[2].0';
  const items = hashes.map((hash) => ({ hash, percentage: 0.6, progress, timestamp: device.now() - DAY_SECONDS }));
  expectStatus(await device.progress(items), 200);
  const [hash = ''] = hashes;
  expectStatus(await stock.push(hash, 0.7, `/body/DocFragment[2]/body/p[7].0`), 200);
  const rows = Array.from({ length: 5 }, (_, page) => [page + 1, device.now() - DAY_SECONDS + page * 60, 60, 100]);
  expectStatus(await device.post('page-stats', { books: [{ hash, rows, rowCount: rows.length }] }), 200);
  const state = { hash, status: 'reading', rating: 5, reviewNote: mark };
  expectStatus(await device.post('book-states', { books: [state] }), 200);
  const exchange = { hash, keys: [], keysComplete: true, changes: [highlight(mark)] };
  expectStatus(await device.post('annotations/exchange', { books: [exchange] }), 200);
}

function highlight(note: string) {
  const pos0 = '/body/DocFragment[2]/body/p[1]/text().0';
  const pos1 = '/body/DocFragment[2]/body/p[1]/text().7';
  const datetime = '2026-01-01 20:00:00';
  return {
    datetime,
    drawer: 'lighten',
    color: 'yellow',
    text: note,
    note,
    posFormat: 'xpointer',
    pos0,
    pos1,
    pageno: 1,
  };
}

/** What a device is told when it only asks. */
async function told(device: PluginDevice, documents: readonly string[]): Promise<unknown[]> {
  const known = documents.filter((document) => document !== UNKNOWN_DOCUMENT);
  const exchange = { keys: [], keysComplete: false, changes: [] };
  const answers = [
    ...(await Promise.all(documents.map((document) => device.pull(document)))),
    ...(known.length === 0 ? [] : [await device.post('annotations/exchange', { books: booksOf(known, exchange) })]),
  ];
  for (const answer of answers) expectStatus(answer, 200);
  return answers.map(({ body }) => withoutCounts(body));
}

function booksOf(hashes: readonly string[], exchange: object) {
  return hashes.slice(0, 20).map((hash) => ({ hash, ...exchange }));
}

async function places(device: PluginDevice, hashes: readonly string[]): Promise<unknown[]> {
  return Promise.all(hashes.map(async (hash) => (await device.pull(hash)).body));
}

function hasPlace(place: unknown): boolean {
  return typeof place === 'object' && place !== null && 'percentage' in place;
}

/** What grows by asking alone says nothing of what anybody did. */
function withoutCounts(body: unknown): unknown {
  return JSON.parse(JSON.stringify(body, (name, value: unknown) => (COUNTS.has(name) ? undefined : value)));
}
