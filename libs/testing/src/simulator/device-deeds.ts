import type { DeviceStatusName, PageStatRow } from '@bookorbit/contracts';
import type { DeviceDocument } from './device-document.ts';
import type { SimulatedDevice } from './device.ts';
import { type Observer, plainPointer, valuesOf } from './observer.ts';
import type { Action } from './schedule.ts';

const STATUSES: readonly DeviceStatusName[] = ['reading', 'complete', 'abandoned'];
const PAGES = 300;
/** Kept below the end: finishing is rare. */
const LAST_USUAL_PAGE = 290;

/** What people do with a device that is not connected. */
export class DeviceDeeds {
  private readonly observer: Observer;
  private readonly now: () => number;
  private count = 0;

  constructor(observer: Observer, now: () => number) {
    this.observer = observer;
    this.now = now;
  }

  makeNote(device: SimulatedDevice, document: DeviceDocument): void {
    const text = this.fresh('passage');
    const place = this.count;
    const datetime = device.clock.wallClock();
    document.notes.make({
      datetime,
      datetimeUpdated: datetime,
      drawer: 'lighten',
      color: 'yellow',
      text,
      ...(document.book.isPaged
        ? {
            posFormat: 'pdf',
            pos0: JSON.stringify({ page: place, x: 10, y: 20 }),
            pos1: JSON.stringify({ page: place, x: 90, y: 20 }),
          }
        : {
            posFormat: 'xpointer',
            pos0: `/body/DocFragment[2]/body/p[${place + 2}]/text().0`,
            pos1: `/body/DocFragment[2]/body/p[${place + 2}]/text().9`,
          }),
    });
    this.notesOf(document)?.made(text);
  }

  /** KOReader moves no time when the text of a note is edited; of a change of colour it does. */
  editNote(device: SimulatedDevice, document: DeviceDocument, { which, deed }: Action): void {
    const item = document.notes.pick(which);
    if (!item) return;
    const field = deed === 'editNote' ? 'note' : deed === 'recolorNote' ? 'color' : 'place';
    const word = this.fresh(field);
    const edited =
      field === 'place'
        ? { ...item, pos1: `${item.pos1?.replace(/\.\d+$/, '')}.${1000 + this.count}` }
        : { ...item, [field]: word };
    if (field === 'place' && document.book.isPaged) return;
    // What is told without a time by a device nobody remembers may be as old as it likes, unless the device says that it is remembered.
    const isUnheard = this.beginsAnew(device) && !document.notes.countsExchanges();
    const isTimed = field === 'color' || which % 2 === 0 || isUnheard;
    const after = isTimed ? { ...edited, datetimeUpdated: device.clock.wallClock() } : edited;
    document.notes.replace(item, after);
    this.notesOf(document)?.edited(item.text ?? '', field, valuesOf(item)[field], valuesOf(after)[field]);
  }

  deleteNote(device: SimulatedDevice, document: DeviceDocument, which: number, isDoubtful: boolean): void {
    const item = document.notes.pick(which);
    if (!item) return;
    const isUnheard = !device.exchangesAll || document.notes.mayComeBack(item) || this.beginsAnew(device);
    document.notes.remove(item);
    this.notesOf(document)?.deleted(item.text ?? '', device.name, isDoubtful || isUnheard);
  }

  dogEar(device: SimulatedDevice, document: DeviceDocument, which: number, isDoubtful: boolean): void {
    // Few pages: the same ones are dog-eared on several devices, and again.
    const page = which % 7;
    const pos = document.book.isPaged ? String(page + 1) : `/body/DocFragment[3]/body/p[${page + 2}]/text().0`;
    const oracle = this.observer.dogEars[this.observer.indexOf(document.book)];
    const isUnheard = document.dogEars.mayComeBack(pos) || this.beginsAnew(device);
    if (document.dogEars.toggle(pos, device.clock.wallClock())) oracle?.made(plainPointer(pos), device.name);
    else oracle?.deleted(plainPointer(pos), device.name, isDoubtful || isUnheard);
  }

  /** Some pages, the last of them now. */
  read(device: SimulatedDevice, document: DeviceDocument, { which, at }: Action): void {
    this.count += 1;
    const turned = 1 + (which % 6);
    const seconds = [8, 40, 120, 3][at % 4] ?? 40;
    const isLastPage = which % 23 === 0;
    const page = isLastPage ? PAGES : 1 + (which % LAST_USUAL_PAGE);
    const end = device.clock.now();
    const rows = Array.from({ length: turned }, (_, n): PageStatRow => {
      const start = end - (turned - n) * seconds;
      // Clocks set back show seconds before there was time.
      return [Math.max(0, page - turned + n), Math.max(1, start), seconds, PAGES];
    });
    document.statistics.add(rows);
    // A tenth more for every reading, so that no two places are one.
    const percentage = Math.min(1, page / PAGES + (this.count % 89) / 100_000);
    const progress = document.book.isPaged
      ? String(page * 1000 + this.count)
      : `/body/DocFragment[${1 + (page % 9)}]/body/p[${page}]/text().${this.count}`;
    document.place = { percentage: isLastPage ? 1 : percentage, progress, timestamp: end };
  }

  /** KOReader's own cloud brings the rows of another device into this one's statistics. */
  mergeStatistics(document: DeviceDocument, from: DeviceDocument): void {
    document.statistics.add(from.statistics.rows());
  }

  setState(device: SimulatedDevice, document: DeviceDocument, { which, deed }: Action, isInformed: boolean): void {
    const before = document.state.values;
    const change =
      deed === 'rate'
        ? { rating: which % 6 === 5 ? undefined : 1 + (which % 5) }
        : deed === 'review'
          ? { review: which % 6 === 5 ? undefined : this.fresh('review') }
          : { status: STATUSES[which % STATUSES.length] };
    const [field] = Object.keys(change) as [keyof typeof before];
    const value = Object.values(change)[0];
    if (before[field] === value) return;
    document.state.change(change, device.clock.now(), device.clock.wallClock().slice(0, 10));
    const { deviceId, installId = '', model } = device.identity;
    const told = value === undefined ? '' : value === 'complete' ? 'finished' : String(value);
    const n = this.observer.indexOf(document.book);
    this.observer.states[n]?.changed(
      `${deviceId} ${device.hasProtocol ? installId : ''} ${model} ${n}`,
      field,
      told,
      this.now(),
      isInformed,
    );
  }

  private beginsAnew({ identity: { deviceId, installId = '', model } }: SimulatedDevice): boolean {
    return this.observer.installs.beginsAnew(deviceId, installId, model);
  }

  private notesOf(document: DeviceDocument) {
    return this.observer.notes[this.observer.indexOf(document.book)];
  }

  private fresh(what: string): string {
    this.count += 1;
    return `${what} ${this.count} of many others like number ${this.count * 7919}`.slice(
      0,
      what === 'color' ? 29 : 200,
    );
  }
}
