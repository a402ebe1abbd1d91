import type { AnnotationDetail } from '@bookorbit/contracts';
import { type Observer, valuesOf } from './observer.ts';
import type { Action } from './schedule.ts';
import type { SimulatedBook, SimulatedKobo } from './server.ts';
import { type WebWriter, webValues } from './web-writer.ts';

const KOBO = 'bookorbit-kobo';
const PAGES = 300;
/** Kobo tells of its reading when it syncs next, a while later. */
const LONGEST_UNTOLD_SECONDS = 7200;

/** A Kobo: it reads in spans, makes highlights, and edits and deletes any of them. It has no book with pages. */
export class KoboWriter {
  private readonly kobo: SimulatedKobo;
  private readonly web: WebWriter;
  private readonly observer: Observer;
  private readonly now: () => number;
  private count = 0;

  constructor(kobo: SimulatedKobo, web: WebWriter, observer: Observer, now: () => number) {
    this.kobo = kobo;
    this.web = web;
    this.observer = observer;
    this.now = now;
  }

  async read(book: SimulatedBook, { which, at }: Action): Promise<void> {
    if (book.isPaged) return;
    this.count += 1;
    const percentage = (1 + (which % (PAGES - 10))) / PAGES + (this.count % 89) / 100_000;
    const koboSpan = `OEBPS/chapter${1 + (which % 9)}.xhtml#kobo.${1 + (which % 40)}.${this.count}`;
    const readAt = this.now() - (at === 0 ? 0 : which % LONGEST_UNTOLD_SECONDS);
    await this.kobo.read(book.fileId, { percentage, koboSpan }, readAt);
    const n = this.observer.indexOf(book);
    const place = { percentage, progress: koboSpan };
    const counts = this.observer.places[n]?.told(KOBO, place, [readAt, readAt], 'whenRead');
    if (counts !== 'no') this.observer.states[n]?.read(readAt, percentage, true);
  }

  async makeNote(book: SimulatedBook): Promise<void> {
    if (book.isPaged) return;
    this.count += 1;
    const text = `marked on a Kobo ${this.count} unlike any number ${this.count * 5003}`;
    const place = 9000 + this.count;
    const where = {
      xpointer: `/body/DocFragment[3]/body/p[${place}]/text().0`,
      xpointerEnd: `/body/DocFragment[3]/body/p[${place}]/text().7`,
    };
    const spans = { koboSpan: `c2.xhtml#kobo.${place}.1`, koboSpanEnd: `c2.xhtml#kobo.${place}.2` };
    await this.kobo.makeNote(book.fileId, { text, ...spans, ...where });
    this.notesOf(book)?.made(text);
    const values = valuesOf({ note: '', color: 'yellow', pos0: where.xpointer, pos1: where.xpointerEnd });
    this.notesOf(book)?.reached(text, values);
  }

  async editNote(book: SimulatedBook, { which }: Action): Promise<void> {
    const note = await this.pick(book, which);
    if (!note) return;
    this.count += 1;
    const { note: from } = webValues(note);
    const to = `kobo note ${this.count}`;
    await this.kobo.editNote(note.id, to);
    this.notesOf(book)?.edited(note.text ?? '', 'note', from, to);
    this.notesOf(book)?.reached(note.text ?? '', { ...webValues(note), note: to });
  }

  async deleteNote(book: SimulatedBook, { which }: Action): Promise<void> {
    const note = await this.pick(book, which);
    if (!note) return;
    await this.kobo.deleteNote(note.id);
    this.notesOf(book)?.deleted(note.text ?? '', 'web');
  }

  private async pick(book: SimulatedBook, which: number): Promise<AnnotationDetail | undefined> {
    const notes = book.isPaged ? [] : await this.web.list(book, 'highlight', 'active');
    return notes[which % Math.max(1, notes.length)];
  }

  private notesOf(book: SimulatedBook) {
    return this.observer.notes[this.observer.indexOf(book)];
  }
}
