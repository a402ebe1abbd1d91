import { type DeviceEnvelope, LIMITS, type RejectedItem } from '@bookorbit/contracts';
import type { AckRequest, DeviceItem, ExchangeRequest, ListedKey } from '@bookorbit/domain-annotations';
import { arrayOf, checkItems, leavesBadItemsOut } from '../device/index.ts';
import { isStorableText, Refusal } from '../http/index.ts';
import { annotationKey } from './annotation-key.ts';
import { AppliedAckDto, DeletedAckDto, DeviceAnnotationDto, DeviceBookmarkDto, isRound } from './exchange.dto.ts';
import type { ExchangingDevice } from './exchange-files.ts';

/** The lists of a book entry, as they came. */
export interface RawExchange {
  readonly keys?: unknown;
  readonly keysComplete?: boolean;
  readonly changes?: unknown;
  readonly deleted?: unknown;
  readonly confirmedDeletes?: boolean;
  readonly round?: unknown;
}

/** How a request is read: what is wrong in it is left out and named, or refuses it whole. */
export interface Reading {
  readonly leavesBadOut: boolean;
  readonly rejected: RejectedItem[];
  /** Changes that may still come in this request. */
  changesLeft: number;
  readonly mostChanges: number;
}

const MOST_KEY_LENGTH = 40;

/** @returns The device of a plugin request. */
export function exchangingDevice(envelope: DeviceEnvelope): ExchangingDevice {
  const { deviceId, deviceTime, utcOffsetMinutes } = envelope;
  return { deviceId, hasProtocol: leavesBadItemsOut(envelope), clock: { deviceTime, utcOffsetMinutes } };
}

/** @param mostChanges Changes one request may hold in all. */
export function readingOf(envelope: DeviceEnvelope, mostChanges: number): Reading {
  return { leavesBadOut: leavesBadItemsOut(envelope), rejected: [], changesLeft: mostChanges, mostChanges };
}

/** @returns How many changes an exchange of annotations may hold. */
export function mostAnnotationChanges(envelope: DeviceEnvelope): number {
  return leavesBadItemsOut(envelope) ? LIMITS.annotationChanges.protocol : LIMITS.annotationChanges.older;
}

/**
 * Reads what a device says of the annotations of a book.
 *
 * @param path Where the book stands in the request: `books[2]`.
 * @throws Refusal `bad_request` with the path of the fault.
 */
export function readAnnotations(book: RawExchange, path: string, reading: Reading): Omit<ExchangeRequest, 'kind'> {
  const changes = checkedChanges(DeviceAnnotationDto, book.changes, `${path}.changes`, reading);
  return { ...listsOf(book, path, LIMITS.annotationKeys, reading), changes: changes.map(annotationItem) };
}

/** The same for dog-eared pages. */
export function readBookmarks(book: RawExchange, path: string, reading: Reading): Omit<ExchangeRequest, 'kind'> {
  const changes = checkedChanges(DeviceBookmarkDto, book.changes, `${path}.changes`, reading);
  return { ...listsOf(book, path, LIMITS.bookmarkKeys, reading), changes: changes.map(bookmarkItem) };
}

/** Reads the one-way upload of a book. */
export function readUpload(annotations: unknown, path: string, reading: Reading): Omit<ExchangeRequest, 'kind'> {
  const changes = checkedChanges(DeviceAnnotationDto, annotations, `${path}.annotations`, reading);
  return { keys: [], keysComplete: false, deleted: [], confirmedDeletes: false, changes: changes.map(annotationItem) };
}

/** Reads the acks of a book, of annotations and bookmarks alike. */
export function readAcks(
  book: { readonly applied?: unknown; readonly deleted?: unknown },
  path: string,
  reading: Pick<Reading, 'leavesBadOut' | 'rejected'>,
): Omit<AckRequest, 'kind'> {
  const most = LIMITS.annotationAcks;
  const applied = checkItems(AppliedAckDto, book.applied, `${path}.applied`, most, reading.leavesBadOut);
  const deleted = checkItems(DeletedAckDto, book.deleted, `${path}.deleted`, most, reading.leavesBadOut);
  reading.rejected.push(...applied.rejected, ...deleted.rejected);
  return {
    applied: applied.items.map(({ item: { pos, pos0, pos1, key, ...ack } }) => ({
      ...ack,
      version: ack.version ?? undefined,
      pos0: pos0 ?? pos ?? undefined,
      pos1: pos1 ?? undefined,
      key: key?.toLowerCase(),
    })),
    deleted: deleted.items.map(({ item }) => item),
  };
}

function checkedChanges<T extends object>(
  Item: new () => T,
  value: unknown,
  path: string,
  reading: Reading,
): readonly T[] {
  const checked = checkItems(Item, value, path, reading.mostChanges, reading.leavesBadOut);
  reading.changesLeft -= checked.items.length + checked.rejected.length;
  if (reading.changesLeft < 0) {
    throw new Refusal(
      'bad_request',
      `The request holds too many changes; send at most ${reading.mostChanges} at once.`,
      {
        field: path,
      },
    );
  }
  reading.rejected.push(...checked.rejected);
  return checked.items.map(({ item }) => item);
}

function listsOf(
  book: RawExchange,
  path: string,
  most: number,
  reading: Reading,
): Omit<ExchangeRequest, 'kind' | 'changes'> {
  const keys = keysOf(book.keys, `${path}.keys`, most, reading);
  return {
    keys: keys.list,
    // A list with a hole in it says nothing of what is missing.
    keysComplete: book.keysComplete === true && keys.isWhole,
    deleted: keysOf(book.deleted, `${path}.deleted`, LIMITS.annotationKeys, reading).list,
    confirmedDeletes: book.confirmedDeletes === true,
    ...(isRound(book.round) && { round: book.round }),
  };
}

function keysOf(value: unknown, path: string, most: number, reading: Reading): { list: ListedKey[]; isWhole: boolean } {
  const list: ListedKey[] = [];
  const all = arrayOf(value, path, most);
  all.forEach((entry, n) => {
    const { k, dt } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
    if (typeof k === 'string' && /^[0-9a-f]{32}$/i.test(k) && isDatetimeText(dt)) {
      list.push({ key: k.toLowerCase(), datetime: dt });
      return;
    }
    const reason = `${path}[${n}]: k must be 32 hex digits and dt the datetime.`;
    if (!reading.leavesBadOut) throw new Refusal('bad_request', reason, { field: `${path}[${n}]` });
    reading.rejected.push({ path: `${path}[${n}]`, reason });
  });
  return { list, isWhole: list.length === all.length };
}

function isDatetimeText(value: unknown): value is string {
  return isStorableText(value) && value.length <= MOST_KEY_LENGTH;
}

function annotationItem(said: DeviceAnnotationDto): DeviceItem {
  return {
    key: annotationKey(said.datetime, said.pos0),
    datetime: said.datetime,
    datetimeUpdated: said.datetimeUpdated,
    pageno: said.pageno,
    fields: {
      drawer: said.drawer,
      color: said.color ?? undefined,
      text: said.text,
      note: said.note ?? undefined,
      chapter: said.chapter,
      place: { format: said.posFormat, pos0: said.pos0, pos1: said.pos1 ?? undefined },
    },
  };
}

function bookmarkItem(said: DeviceBookmarkDto): DeviceItem {
  return {
    key: annotationKey(said.datetime, said.pos),
    datetime: said.datetime,
    datetimeUpdated: said.datetimeUpdated,
    pageno: said.pageno,
    fields: {
      note: said.note ?? undefined,
      chapter: said.chapter,
      place: { format: said.pos.startsWith('/') ? 'xpointer' : 'pdf', pos0: said.pos },
    },
  };
}
