import type { SyncCounts, SyncKind, SyncRefusal } from '@bookorbit/contracts';
import { isStorableText } from '../http/index.ts';

/** What one request brought and fetched, told from the request and its answer alone. */
export interface SyncNote {
  readonly documents: readonly string[];
  readonly came: SyncCounts;
  readonly went: SyncCounts;
  readonly refused: readonly SyncRefusal[];
}

/** A person reads of this many; the counts are of all. */
const MOST_NAMED = 20;

/**
 * @param exchange The route below `plugin/`, or `kosync` for stock progress sync.
 * @param body As it was sent, unchecked.
 * @param answer What was answered; undefined when it was refused.
 */
export function noteOf(exchange: string, body: unknown, answer: unknown): SyncNote {
  const came = new Counter();
  const went = new Counter();
  const refused: SyncRefusal[] = [];
  const books = exchange === 'kosync' ? [body] : [...listOf(body, 'books'), ...listOf(body, 'items')];
  for (const book of books) countBook(exchange, book, came);
  for (const result of [...listOf(answer, 'results'), ...listOf(answer, 'books')])
    countAnswer(exchange, result, went, refused);
  for (const item of listOf(answer, 'rejected')) {
    refused.push({ path: textOf(item, 'path'), reason: textOf(item, 'reason') ?? 'It could not be read.' });
  }
  for (const hash of [...listOf(answer, 'unmatched')])
    refused.push({ reason: `No book has the fingerprint ${String(hash)}.` });
  const documents = books
    .flatMap((book) => textOf(book, 'hash') ?? textOf(book, 'document') ?? [])
    .filter((document) => isStorableText(document));
  came.add('books', new Set(documents).size);
  return {
    documents: [...new Set(documents.map((document) => document.toLowerCase().slice(0, 255)))].slice(0, MOST_NAMED),
    came: came.counts(),
    went: went.counts(),
    refused: refused.slice(0, MOST_NAMED),
  };
}

class Counter {
  private readonly countByKind = new Map<SyncKind, number>();

  add(kind: SyncKind, count: number): void {
    if (count > 0) this.countByKind.set(kind, (this.countByKind.get(kind) ?? 0) + count);
  }

  counts(): SyncCounts {
    return Object.fromEntries(this.countByKind);
  }
}

function countBook(exchange: string, book: unknown, came: Counter): void {
  const kind = KIND_OF_ITEM[exchange];
  if (kind) came.add(kind, 1);
  came.add('pageStats', listOf(book, 'rows').length + listOf(book, 'events').length);
  came.add(kindOfNotes(exchange), listOf(book, 'changes').length + listOf(book, 'annotations').length);
  if (exchange.endsWith('-ack')) came.add('acks', listOf(book, 'applied').length + listOf(book, 'deleted').length);
  else came.add('deletes', listOf(book, 'deleted').length);
  if (exchange !== 'sync') return;
  if (hasFields(fieldOf(book, 'progress'))) came.add('places', 1);
  if (hasFields(fieldOf(book, 'state'))) came.add('states', 1);
  came.add('pageStats', listOf(fieldOf(book, 'pageStats'), 'rows').length);
  for (const part of ['annotations', 'bookmarks'] as const) {
    came.add(part, listOf(fieldOf(book, part), 'changes').length);
    came.add('deletes', listOf(fieldOf(book, part), 'deleted').length);
    const acks = fieldOf(fieldOf(book, 'acks'), part);
    came.add('acks', listOf(acks, 'applied').length + listOf(acks, 'deleted').length);
  }
}

/** What a route of annotations is about. */
function kindOfNotes(exchange: string): 'annotations' | 'bookmarks' {
  return exchange.startsWith('bookmarks') ? 'bookmarks' : 'annotations';
}

const KIND_OF_ITEM: Readonly<Record<string, SyncKind>> = {
  progress: 'places',
  kosync: 'places',
  'book-states': 'states',
};

/** What a person calls them. */
const NAMES = { annotations: 'highlights', bookmarks: 'bookmarks' } as const;

function countAnswer(exchange: string, result: unknown, went: Counter, refused: SyncRefusal[]): void {
  for (const [part, kind] of [
    [result, kindOfNotes(exchange)],
    [fieldOf(result, 'annotations'), 'annotations'],
    [fieldOf(result, 'bookmarks'), 'bookmarks'],
  ] as const) {
    const toApply = fieldOf(part, 'toApply');
    went.add(kind, listOf(toApply, 'add').length + listOf(toApply, 'edit').length);
    went.add('deletes', listOf(toApply, 'delete').length);
    const held = fieldOf(part, 'held');
    if (typeof held === 'number' && held > 0)
      refused.push({ reason: `${held} ${NAMES[kind]} vanished at once; they are kept until you confirm.` });
  }
  const newest = fieldOf(fieldOf(result, 'progress'), 'newest');
  if (newest !== undefined && fieldOf(newest, 'own') === false) went.add('places', 1);
  if (fieldOf(result, 'state') !== undefined) went.add('states', 1);
  if (fieldOf(result, 'unmatched') === true)
    refused.push({ reason: `No book has the fingerprint ${textOf(result, 'hash') ?? ''}.` });
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const list = fieldOf(value, name);
  return Array.isArray(list) ? list : [];
}

function textOf(value: unknown, name: string): string | undefined {
  const text = fieldOf(value, name);
  return typeof text === 'string' ? text : undefined;
}

function hasFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
