import type { DeviceAnnotation, DeviceBookmark, PageStatRow } from '@bookorbit/contracts';
import type { Delivery } from './courier.ts';
import { InstallsOracle } from './oracle/installs-oracle.ts';
import { NotesOracle } from './oracle/notes-oracle.ts';
import { PlacesOracle } from './oracle/places-oracle.ts';
import { ReadingTimeOracle } from './oracle/reading-time-oracle.ts';
import { StatesOracle } from './oracle/states-oracle.ts';
import type { SimulatedBook } from './server.ts';

/** A part of a request about one document. */
interface Part {
  readonly book: SimulatedBook;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** The first day an e-reader can have been read on. */
const EARLIEST_SECONDS = Date.UTC(2010, 0, 1) / 1000;
const DAY_SECONDS = 86_400;
const ZONE_STEP_SECONDS = 900;

/** Reads along what reaches the server, for the oracles. */
export class Observer {
  readonly notes: readonly NotesOracle[];
  readonly dogEars: readonly NotesOracle[];
  readonly places: readonly PlacesOracle[];
  readonly states: readonly StatesOracle[];
  readonly readingTime = new ReadingTimeOracle();
  readonly installs = new InstallsOracle();
  private readonly books: readonly SimulatedBook[];
  /** When each device wrote its latest request that arrived, by its own clock, and how far that was off. */
  private readonly latest = new Map<string, { readonly saidAt: number; readonly ahead: number }>();

  constructor(books: readonly SimulatedBook[]) {
    this.books = books;
    this.notes = books.map(() => new NotesOracle());
    this.dogEars = books.map(() => new NotesOracle());
    this.places = books.map(() => new PlacesOracle());
    // Status, rating and review are the book's, whichever of its files they were said of.
    const states = new Map(books.map(({ bookId }) => [bookId, new StatesOracle()]));
    this.states = books.map(({ bookId }) => states.get(bookId) ?? new StatesOracle());
  }

  see(delivery: Delivery): void {
    const { path, body } = delivery;
    if (path.startsWith('syncs/progress/')) {
      const book = this.bookOf(path.slice('syncs/progress/'.length));
      // A stock client does not say who asks: any of those with this key may have been told.
      if (book) for (const device of this.installs.known()) this.places[this.indexOf(book)]?.answered(device);
      return;
    }
    if (path === 'syncs/progress') return this.seeStock(delivery);
    const device = this.installs.keptAs(body);
    const parts = [...listOf(body['books']), ...listOf(body['items'])].flatMap((fields): Part[] => {
      const book = this.bookOf(String(fields['hash']));
      return book ? [{ book, fields }] : [];
    });
    for (const { book, fields } of parts) {
      const n = this.indexOf(book);
      const isSync = path === 'plugin/sync';
      if (isSync) this.seePlace(n, device, fields['progress'], delivery);
      if (path === 'plugin/progress') this.seePlace(n, device, fields, delivery);
      this.seeStats(book, device, isSync ? fields['pageStats'] : fields);
      if (isSync || path === 'plugin/book-states') this.seeState(n, body, isSync ? fields['state'] : fields, delivery);
      if (isSync || path === 'plugin/annotations/exchange') {
        this.seeNotes(n, tableOf(isSync ? fields['annotations'] : fields)['changes']);
      }
      if (path === 'plugin/annotations') this.seeNotes(n, fields['annotations']);
      if (isSync || path === 'plugin/bookmarks/exchange') {
        this.seeDogEars(n, tableOf(isSync ? fields['bookmarks'] : fields)['changes']);
      }
      if (isSync) this.places[n]?.answered(device);
    }
    this.noteClock(device, delivery);
  }

  /** Nobody knows any more what the device had, or which of several it is. */
  forgot(deviceId: string, name: string): void {
    this.installs.forgot(deviceId);
    this.latest.delete(deviceId);
    for (const oracle of [...this.notes, ...this.dogEars]) oracle.unheard(name);
  }

  indexOf(book: SimulatedBook): number {
    return this.books.indexOf(book);
  }

  /** The place oracles of all files of a book. */
  placesOf({ bookId }: SimulatedBook): PlacesOracle[] {
    return this.places.filter((_, n) => this.books[n]?.bookId === bookId);
  }

  private bookOf(hash: string): SimulatedBook | undefined {
    return this.books.find((book) => !book.isCopy && (book.hash === hash || book.rezipped?.hash === hash));
  }

  private seeStock({ body, arrivedAt }: Delivery): void {
    const book = this.bookOf(String(body['document']));
    if (!book) return;
    const place = { percentage: Number(body['percentage']), progress: String(body['progress']) };
    const device = String(body['device_id']);
    this.installs.see(device);
    const n = this.indexOf(book);
    const counts = this.places[n]?.told(device, place, [arrivedAt, arrivedAt], 'whenItArrives');
    if (counts !== 'no') this.states[n]?.read(arrivedAt, place.percentage, counts === 'yes');
  }

  private seePlace(n: number, device: string, said: unknown, delivery: Delivery): void {
    const { percentage, progress, timestamp } = tableOf(said);
    if (typeof percentage !== 'number') return;
    const readAt = this.readAt(Number(timestamp), device, delivery);
    const counts = this.places[n]?.told(device, { percentage, progress: String(progress) }, readAt, 'whenRead');
    if (readAt && counts !== 'no') this.states[n]?.read(readAt[0], percentage, counts === 'yes');
  }

  private seeStats(book: SimulatedBook, device: string, said: unknown): void {
    const { rows, events } = tableOf(said);
    const all = [
      ...listOf(rows).map((row) => row as unknown as PageStatRow),
      ...listOf(events).map(
        ({ page, startTime, durationSeconds, totalPages }) =>
          [page, startTime, durationSeconds, totalPages] as unknown as PageStatRow,
      ),
    ];
    if (all.length > 0) this.readingTime.uploaded(book.fileId, device, all);
  }

  private seeState(n: number, body: Delivery['body'], said: unknown, delivery: Delivery): void {
    const item = tableOf(said);
    const by = `${String(body['deviceId'])} ${String(body['installId'] ?? '')} ${String(body['deviceModel'])} ${n}`;
    const reached = (field: 'status' | 'rating' | 'review', value: unknown, isCleared: unknown, changedAt: unknown) => {
      if (value === undefined && !isCleared) return;
      const at = typeof changedAt === 'number' ? changedAt - aheadOf(body, delivery.sentAt) : undefined;
      const isLate = delivery.arrivedAt !== delivery.sentAt;
      this.states[n]?.reached(by, field, value === undefined ? '' : String(value), isLate ? undefined : at);
    };
    reached('status', item['status'] === 'complete' ? 'finished' : item['status'], false, item['statusChangedAt']);
    reached('rating', item['rating'], item['ratingCleared'], item['ratingChangedAt']);
    reached('review', item['reviewNote'], item['reviewCleared'], item['reviewChangedAt']);
  }

  private seeNotes(n: number, changes: unknown): void {
    for (const change of listOf(changes) as unknown as DeviceAnnotation[])
      this.notes[n]?.reached(change.text ?? '', valuesOf(change));
  }

  private seeDogEars(n: number, changes: unknown): void {
    for (const { pos } of listOf(changes) as unknown as DeviceBookmark[])
      this.dogEars[n]?.reached(plainPointer(pos), {});
  }

  /** When something was read, by the true clock, as far as the server can tell: by the clock the request shows. */
  private readAt(
    timestamp: number,
    device: string,
    { body, sentAt, arrivedAt }: Delivery,
  ): readonly [number, number] | undefined {
    const latest = this.latest.get(device);
    const behind = latest === undefined ? 0 : latest.saidAt - saidAtOf(body);
    // Overtaken by a later request of the same device: what its clock is off by is known from that.
    const isOvertaken = behind > 0 && behind <= 3600;
    const early = timestamp - aheadOf(body, sentAt);
    const late = isOvertaken ? early : timestamp - aheadOf(body, arrivedAt);
    if (!(late >= EARLIEST_SECONDS) || late > arrivedAt + DAY_SECONDS) return undefined;
    // A zone that is not told is guessed anew when it arrives: the delay may look like a quarter of an hour of it.
    return [Math.min(early, late, arrivedAt) - 3, Math.min(Math.max(early, late), arrivedAt) + 3];
  }

  private noteClock(device: string, { body, arrivedAt }: Delivery): void {
    const saidAt = saidAtOf(body);
    const known = this.latest.get(device);
    if (known && saidAt < known.saidAt && known.saidAt - saidAt <= 3600) return;
    this.latest.set(device, { saidAt, ahead: aheadOf(body, arrivedAt) });
  }
}

/** @returns What is compared of a highlight. */
export function valuesOf({ note, color, pos0, pos1 }: Pick<DeviceAnnotation, 'note' | 'color' | 'pos0' | 'pos1'>) {
  return { note: note ?? '', color: color ?? '', place: plainPointer(`${pos0}–${pos1 ?? ''}`) };
}

/** Newer engines write every index, older ones do not. */
export function plainPointer(pointer: string): string {
  return pointer.replaceAll('[1]', '');
}

/** Seconds a request's clock is ahead at a true time; without an offset the zone is what is nearest to a quarter of an hour. */
function aheadOf(body: Delivery['body'], at: number): number {
  const difference = wallSeconds(body) - at;
  const told = body['utcOffsetMinutes'];
  const zone = typeof told === 'number' ? told * 60 : Math.round(difference / ZONE_STEP_SECONDS) * ZONE_STEP_SECONDS;
  return difference - zone;
}

function saidAtOf(body: Delivery['body']): number {
  return wallSeconds(body) - Number(body['utcOffsetMinutes'] ?? 0) * 60;
}

function wallSeconds(body: Delivery['body']): number {
  return Date.parse(`${String(body['deviceTime']).replace(' ', 'T')}Z`) / 1000;
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? (value as Record<string, unknown>[]) : [];
}

function tableOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
