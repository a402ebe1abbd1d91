import type {
  AnnotationDetail,
  AnnotationList,
  BookState,
  FailedAnnotation,
  HeldDeletes,
  ProgressHistory,
} from '@bookorbit/contracts';
import { type Observer, plainPointer, valuesOf } from './observer.ts';
import type { Action } from './schedule.ts';
import type { SimulatedAnswer, SimulatedBook, SimulatedPerson } from './server.ts';

const STATUSES = ['unread', 'want_to_read', 'reading', 'on_hold', 'finished', 'abandoned'] as const;
const MOST_ON_A_PAGE = 200;
const NOT_FOUND = 404;

/** A person in the web app. Its requests arrive: what a browser did not see done, its user does again. */
export class WebWriter {
  private readonly person: SimulatedPerson;
  private readonly observer: Observer;
  private readonly now: () => number;
  private count = 0;

  constructor(person: SimulatedPerson, observer: Observer, now: () => number) {
    this.person = person;
    this.observer = observer;
    this.now = now;
  }

  async list(
    book: SimulatedBook,
    kind: 'highlight' | 'bookmark',
    state: 'active' | 'trash',
  ): Promise<AnnotationDetail[]> {
    const path = `annotations?fileId=${book.fileId}&kind=${kind}&state=${state}&sort=oldest&limit=${MOST_ON_A_PAGE}`;
    return [...(await this.get<AnnotationList>(path)).annotations];
  }

  state(book: SimulatedBook): Promise<BookState> {
    return this.get(`books/${book.bookId}/state`);
  }

  async get<T>(path: string): Promise<T> {
    return expectOk(await this.person.web('GET', path)) as T;
  }

  async makeNote(book: SimulatedBook): Promise<void> {
    this.count += 1;
    const text = `written on the web ${this.count} unlike any number ${this.count * 6007}`;
    const place = 5000 + this.count;
    const where = book.isPaged
      ? { pdf: JSON.stringify({ page: place, x: 1, y: 2 }), pdfEnd: JSON.stringify({ page: place, x: 3, y: 2 }) }
      : {
          xpointer: `/body/DocFragment[4]/body/p[${place}]/text().0`,
          xpointerEnd: `/body/DocFragment[4]/body/p[${place}]/text().5`,
        };
    const made = await this.send('POST', 'annotations', { fileId: book.fileId, text, ...where });
    const oracle = this.notesOf(book);
    oracle?.made(text);
    oracle?.reached(text, webValues(made as AnnotationDetail));
  }

  async dogEar(book: SimulatedBook, { which }: Action): Promise<void> {
    const page = which % 7;
    const existing = await this.list(book, 'bookmark', 'active');
    const pos = book.isPaged ? String(page + 1) : `/body/DocFragment[3]/body/p[${page + 2}]/text().0`;
    const there = existing.find(
      ({ positions }) => plainPointer(positions.xpointer ?? positions.pdf ?? '') === plainPointer(pos),
    );
    const oracle = this.observer.dogEars[this.observer.indexOf(book)];
    if (there) {
      await this.send('DELETE', `annotations/${there.id}`);
      oracle?.deleted(plainPointer(pos), 'web');
      return;
    }
    const where = book.isPaged ? { pdf: pos } : { xpointer: pos };
    await this.send('POST', 'annotations', { fileId: book.fileId, kind: 'bookmark', ...where });
    oracle?.made(plainPointer(pos));
    oracle?.reached(plainPointer(pos), {});
  }

  async editNote(book: SimulatedBook, { which }: Action): Promise<void> {
    const note = pick(await this.list(book, 'highlight', 'active'), which);
    if (!note) return;
    this.count += 1;
    const field = which % 3 === 0 ? 'color' : 'note';
    const value = `web ${field} ${this.count}`;
    const after = (await this.send('PATCH', `annotations/${note.id}`, { [field]: value })) as AnnotationDetail;
    const text = note.text ?? '';
    this.notesOf(book)?.edited(text, field, webValues(note)[field], webValues(after)[field]);
    this.notesOf(book)?.reached(text, webValues(after));
  }

  async deleteNote(book: SimulatedBook, { which }: Action): Promise<void> {
    const note = pick(await this.list(book, 'highlight', 'active'), which);
    if (!note) return;
    await this.send('DELETE', `annotations/${note.id}`);
    this.notesOf(book)?.deleted(note.text ?? '', 'web');
  }

  async restoreNote(book: SimulatedBook, { which }: Action): Promise<void> {
    const note = pick(await this.list(book, 'highlight', 'trash'), which);
    if (!note) return;
    await this.send('POST', `annotations/${note.id}/restore`);
    this.notesOf(book)?.restored(note.text ?? '');
  }

  /** @param isInformed Whether no device has news the web does not know. */
  async changeState(book: SimulatedBook, { which, at }: Action, isInformed: boolean): Promise<void> {
    this.count += 1;
    const change =
      at % 3 === 0
        ? { rating: which % 6 === 5 ? null : 1 + (which % 5) }
        : at % 3 === 1
          ? { review: which % 6 === 5 ? null : `review ${this.count} on the web` }
          : { status: STATUSES[which % STATUSES.length] };
    const [field] = Object.keys(change) as ['rating' | 'review' | 'status'];
    const before = stateValues(await this.state(book));
    const after = stateValues((await this.send('PATCH', `books/${book.bookId}/state`, change)) as BookState);
    // To choose a status again is a choice; to give the same stars again is none.
    if (before[field] === after[field] && field !== 'status') return;
    this.observer.states[this.observer.indexOf(book)]?.changed('web', field, after[field], this.now(), isInformed);
  }

  async startOver(book: SimulatedBook, isInformed: boolean): Promise<void> {
    const before = await this.state(book);
    await this.send('POST', `books/${book.bookId}/progress/start-over`);
    const progress = book.isPaged ? '1' : '/body/DocFragment[1].0';
    for (const places of this.observer.placesOf(book)) places.set(0, progress, this.now());
    await this.noteStatus(book, before, isInformed);
  }

  async stepBack(
    book: SimulatedBook,
    books: readonly SimulatedBook[],
    { which }: Action,
    isInformed: boolean,
  ): Promise<void> {
    const { entries } = await this.get<ProgressHistory>(`books/${book.bookId}/history`);
    const entry = pick(entries, which);
    if (!entry) return;
    const before = await this.state(book);
    await this.send('POST', `books/${book.bookId}/progress/step-back`, { entryId: entry.id });
    const file = books.findIndex(({ fileId }) => fileId === entry.fileId);
    this.observer.places[file]?.set(entry.percentage, `step back ${entry.id}`, this.now());
    await this.noteStatus(book, before, isInformed);
  }

  async logByHand(book: SimulatedBook, { which, at }: Action): Promise<void> {
    const { sessions } = await this.get<{ sessions: { id: number; source: string }[] }>('reading/log');
    const own = sessions.find(({ source }) => source === 'manual');
    if (at === 3 && own) {
      await this.send('DELETE', `reading/log/${own.id}`);
      this.observer.readingTime.tookBack(own.id);
      return;
    }
    const seconds = 10 + which;
    const start = this.now() - seconds - which * 5;
    const startedAt = new Date(start * 1000).toISOString();
    const { id } = (await this.send('POST', 'reading/log', { bookId: book.bookId, startedAt, seconds })) as {
      id: number;
    };
    this.observer.readingTime.wroteByHand(id, start, seconds);
  }

  async changeTimeZone(timeZone: string): Promise<void> {
    await this.send('PUT', 'reading/time-zone', { timeZone });
  }

  /** Says of everything held whether it was meant. */
  async decideHeld(books: readonly SimulatedBook[], isMeant: (held: HeldDeletes) => boolean): Promise<number> {
    const all = await this.get<HeldDeletes[]>('annotations/held');
    for (const held of all) {
      const { deviceId, fileId, kind } = held;
      const decision = isMeant(held) ? 'confirm' : 'discard';
      await this.send('POST', `annotations/held/${decision}`, { deviceId, fileId, kind });
      const n = books.findIndex((book) => book.fileId === fileId);
      const oracle = kind === 'bookmark' ? this.observer.dogEars[n] : this.observer.notes[n];
      if (decision === 'discard') oracle?.doubtedAll();
    }
    return all.length;
  }

  /** Forgets a device; one the server never heard of is no device. */
  async forgetDevice(deviceId: string): Promise<void> {
    const path = `koreader/devices/${deviceId}`;
    const answer = await this.person.web('DELETE', path);
    if (answer.status !== NOT_FOUND) expectOk(answer, `DELETE ${path}`);
  }

  /** Lets devices try again what they could not do. */
  async retryFailed(): Promise<number> {
    const failed = await this.get<FailedAnnotation[]>('annotations/failed');
    for (const id of new Set(failed.map(({ annotation }) => annotation.id))) {
      await this.send('POST', `annotations/${id}/retry`);
    }
    return failed.length;
  }

  /** To set the place is no choice of a status, unless it changes it. */
  private async noteStatus(book: SimulatedBook, before: BookState, isInformed: boolean): Promise<void> {
    const { status, statusSetBy, statusAt } = await this.state(book);
    if (status === before.status && statusAt === before.statusAt) return;
    const value = stateValues({ status, readings: [] }).status;
    const oracle = this.observer.states[this.observer.indexOf(book)];
    if (statusSetBy === 'user') oracle?.changed('web', 'status', value, this.now(), isInformed);
  }

  private notesOf(book: SimulatedBook) {
    return this.observer.notes[this.observer.indexOf(book)];
  }

  private async send(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<unknown> {
    return expectOk(await this.person.web(method, path, body), `${method} ${path}`);
  }
}

/** @returns What is compared of a highlight, as a device would have it. */
export function webValues({ note, colorName, positions }: AnnotationDetail) {
  const { xpointer, xpointerEnd, pdf, pdfEnd } = positions;
  return valuesOf({ note, color: colorName, pos0: xpointer ?? pdf ?? '', pos1: xpointerEnd ?? pdfEnd });
}

/** @returns Status, rating and review in the words of the oracle; devices know no reading anew. */
export function stateValues({ status, rating, review }: BookState) {
  return {
    status: status === 'rereading' ? 'reading' : status,
    rating: rating === undefined ? '' : String(rating),
    review: review ?? '',
  };
}

function pick<T>(from: readonly T[], which: number): T | undefined {
  return from[which % Math.max(1, from.length)];
}

function expectOk(answer: SimulatedAnswer, what = 'A question'): unknown {
  if (answer.status >= 300) throw new Error(`${what} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}
