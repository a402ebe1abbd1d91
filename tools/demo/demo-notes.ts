import { createHash } from 'node:crypto';
import type { AnnotationExchangeAnswer, AnnotationKey, DeviceAnnotation } from '@bookorbit/contracts';
import type { PluginDevice } from '@bookorbit/testing';
import type { DemoBook, DemoPassage } from './demo-books.ts';

/** How the demo's reader marks: a colour and a way to draw, over and over. */
const MARKS = [
  { drawer: 'lighten', color: 'yellow' },
  { drawer: 'underscore', color: 'blue' },
  { drawer: 'lighten', color: 'green' },
  { drawer: 'lighten', color: 'red' },
  { drawer: 'strikeout', color: 'purple' },
] as const;
const NOTES: readonly (string | undefined)[] = [
  undefined,
  'Read this to somebody.',
  undefined,
  undefined,
  'Compare with the first chapter.',
];
const DAY_SECONDS = 86_400;

/** Highlights in a book, one a day up to `now` (unix seconds), as the device that made them has them. */
export function notesIn(book: DemoBook, now: number): DeviceAnnotation[] {
  return book.passages.map((passage, n) => noteOf(passage, n, now - (book.passages.length - n) * DAY_SECONDS));
}

/** Brings highlights from the device they were made on. */
export async function bringNotes(
  device: PluginDevice,
  { hash }: DemoBook,
  notes: readonly DeviceAnnotation[],
): Promise<void> {
  await exchange(device, { hash, keys: notes.map(keyOf), keysComplete: true, changes: notes });
}

/** Fetches the highlights of other devices; the last of them finds no place, as happens with another copy of the book. */
export async function fetchNotes(device: PluginDevice, { hash }: DemoBook, isOneFailing = false): Promise<void> {
  const { results } = await exchange(device, { hash, keys: [], keysComplete: true, changes: [] });
  const add = results[0]?.toApply.add ?? [];
  const applied = add.map(({ serverId, version }, n) =>
    isOneFailing && n === add.length - 1
      ? { serverId, version, status: 'failed', reason: 'The text was not found in this copy of the book.' }
      : { serverId, version, status: 'applied' },
  );
  await accepted(device.post('annotations/exchange-ack', { books: [{ hash, applied }] }));
}

/** Loses all highlights of a book at once, as a device does whose files were set back. */
export async function loseNotes(
  device: PluginDevice,
  { hash }: DemoBook,
  notes: readonly DeviceAnnotation[],
): Promise<void> {
  await exchange(device, { hash, keys: [], keysComplete: true, changes: [], deleted: notes.map(keyOf) });
}

async function exchange(device: PluginDevice, book: object): Promise<AnnotationExchangeAnswer> {
  return accepted(device.post<AnnotationExchangeAnswer>('annotations/exchange', { books: [book] }));
}

function noteOf({ start, end, text, page, chapter }: DemoPassage, n: number, time: number): DeviceAnnotation {
  return {
    datetime: new Date((time + n) * 1000).toISOString().slice(0, 19).replace('T', ' '),
    ...(MARKS[n % MARKS.length] ?? MARKS[0]),
    text,
    note: NOTES[n % NOTES.length],
    chapter,
    pageno: page,
    posFormat: 'xpointer',
    pos0: start,
    pos1: end,
  };
}

function keyOf({ datetime, pos0 }: DeviceAnnotation): AnnotationKey {
  return { k: createHash('md5').update(`${datetime}|${pos0}`, 'utf8').digest('hex'), dt: datetime };
}

async function accepted<T>(sent: Promise<{ readonly status: number; readonly body: T }>): Promise<T> {
  const { status, body } = await sent;
  if (status !== 200) throw new Error(`the server answered a device ${status}: ${JSON.stringify(body)}`);
  return body;
}
