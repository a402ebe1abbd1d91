import type { AnnotationDetail, BookDetail, PendingDelete, ReadingLog, ReadingStatistics } from '@bookorbit/contracts';
import type { DeviceDocument } from './device-document.ts';
import { UPLOAD_DEVICE } from './cast.ts';
import type { SimulatedDevice } from './device.ts';
import { plainPointer, valuesOf } from './observer.ts';
import { PlacesOracle } from './oracle/places-oracle.ts';
import type { SimulatedBook } from './server.ts';
import { stateValues, webValues } from './web-writer.ts';
import type { World } from './world.ts';

/** Statuses a device has another word for. */
const SHOWN_AS: ReadonlyMap<string, string> = new Map([
  ['finished', 'complete'],
  ['on_hold', 'abandoned'],
]);

/** @returns What is not as it must be, now that everything has been exchanged. */
export async function judge(world: World, timeZone: string): Promise<string[]> {
  const faults: string[] = [];
  for (const book of world.person.books) {
    const found = [
      ...(await judgeNotes(world, book)),
      ...(await judgeDogEars(world, book)),
      ...(await judgePlace(world, book)),
      ...(await judgeState(world, book)),
    ];
    faults.push(...found.map((fault) => `book ${world.observer.indexOf(book)}: ${fault}`));
  }
  const pending = await world.web.get<PendingDelete[]>('annotations/pending-deletes');
  for (const { annotation, devices } of pending) {
    // A client that is told nothing has it still, and is said to.
    const owing = devices.map(({ deviceId }) => deviceId).filter((deviceId) => deviceId !== UPLOAD_DEVICE);
    if (owing.length > 0) faults.push(`"${annotation.text}" is still to be deleted on ${owing.join(', ')}`);
  }
  return [...faults, ...(await judgeReadingTime(world, timeZone))];
}

async function judgeNotes(world: World, book: SimulatedBook): Promise<string[]> {
  const living = await world.web.list(book, 'highlight', 'active');
  const onServer = living.map((note) => ({ text: note.text ?? '', values: webValues(note) }));
  const oracle = world.observer.notes[world.observer.indexOf(book)];
  const faults = oracle?.judge(onServer) ?? [];
  for (const { device, document } of holdersOf(world, book)) {
    const here = document.notes.items.map((item) => ({ text: item.text ?? '', values: valuesOf(item) }));
    // Older clients are not told of moves, and of twins nobody knows which of them has what.
    const seen = (note: (typeof here)[number]) =>
      world.isTwin(device) ? note.text : device.hasProtocol ? note : { text: note.text, ...note.values, place: '' };
    faults.push(...compare(`${device.name} has the highlights`, here.map(seen), onServer.map(seen)));
  }
  return faults;
}

async function judgeDogEars(world: World, book: SimulatedBook): Promise<string[]> {
  const places = ({ positions }: AnnotationDetail) => plainPointer(positions.xpointer ?? positions.pdf ?? '');
  const onServer = (await world.web.list(book, 'bookmark', 'active')).map(places);
  const none = { note: '', color: '', place: '' };
  const oracle = world.observer.dogEars[world.observer.indexOf(book)];
  const faults = oracle?.judge(onServer.map((text) => ({ text, values: none }))) ?? [];
  for (const { device, document } of holdersOf(world, book)) {
    if (!device.hasProtocol) continue;
    const here = [...document.dogEars.pages.keys()].map(plainPointer);
    faults.push(...compare(`${device.name} has the dog-ears`, here, onServer));
  }
  return faults;
}

async function judgePlace(world: World, book: SimulatedBook): Promise<string[]> {
  const { places } = await world.web.get<BookDetail>(`books/${book.bookId}`);
  const canonical = places.find(({ isCanonical }) => isCanonical);
  return PlacesOracle.judge(world.observer.placesOf(book), canonical);
}

async function judgeState(world: World, book: SimulatedBook): Promise<string[]> {
  const state = await world.web.state(book);
  const values = stateValues(state);
  const faults = world.observer.states[world.observer.indexOf(book)]?.judge(values) ?? [];
  for (const { device, document } of holdersOf(world, book)) {
    const { status, rating, review } = document.state.values;
    // Older clients take over what is there, and keep what is not.
    const shown = ([here, there]: [string, string]) => (device.hasProtocol || there !== '' ? [here, there] : ['', '']);
    const [ratings, reviews] = [shown([String(rating ?? ''), values.rating]), shown([review ?? '', values.review])];
    faults.push(...compare(`${device.name} has rating and review`, [ratings[0], reviews[0]], [ratings[1], reviews[1]]));
    const word = SHOWN_AS.get(values.status) ?? values.status;
    if (device.hasProtocol && !['unread', 'want_to_read', status].includes(word)) {
      faults.push(`${device.name} has the status ${status}, and not ${values.status}`);
    }
  }
  return faults;
}

async function judgeReadingTime(world: World, timeZone: string): Promise<string[]> {
  const { readingTime } = world.observer;
  const found: string[] = [];
  let next: string | undefined;
  do {
    const page: ReadingLog = await world.web.get(`reading/log${next === undefined ? '' : `?before=${next}`}`);
    for (const { source, bookFileId, deviceId = '', startedAt, endedAt, seconds, pages } of page.sessions) {
      if (source !== 'koreader') continue;
      found.push(
        sessionText(bookFileId, deviceId, Date.parse(startedAt) / 1000, Date.parse(endedAt) / 1000, seconds, pages),
      );
    }
    next = page.next;
  } while (next !== undefined);
  const expected = readingTime
    .sessions()
    .map(({ fileId, device, start, end, seconds, pages }) => sessionText(fileId, device, start, end, seconds, pages));
  const faults = compare('the reading log has', found, expected);
  const { days } = await world.web.get<ReadingStatistics>('reading/statistics');
  const secondsByDay = new Map(days.map(({ day, seconds }) => [day, seconds]));
  const expectedDays = readingTime.days(timeZone);
  for (const [day, { seconds, tolerance }] of expectedDays) {
    const there = secondsByDay.get(day) ?? 0;
    if (Math.abs(there - seconds) > tolerance) faults.push(`${day} has ${there} seconds, and not ${seconds}`);
  }
  for (const day of secondsByDay.keys()) if (!expectedDays.has(day)) faults.push(`on ${day} nobody read`);
  return faults;
}

/** What a copied device is called is the server's business. */
function sessionText(
  fileId: number,
  device: string,
  start: number,
  end: number,
  seconds: number,
  pages: number,
): string {
  const name = device.replace(/^(KOBO)-.*$/, '$1 copy');
  return `file ${fileId} on ${name} from ${start} to ${end}: ${seconds} s, ${pages} pages`;
}

function holdersOf(world: World, book: SimulatedBook): { device: SimulatedDevice; document: DeviceDocument }[] {
  return world
    .devices()
    .flatMap((device) =>
      device.exchangesAll
        ? device.documents.filter((document) => document.book === book).map((document) => ({ device, document }))
        : [],
    );
}

/** @returns What one list has and the other lacks. */
function compare(what: string, here: readonly unknown[], there: readonly unknown[]): string[] {
  const [own, expected] = [here, there].map((list) => list.map((each) => JSON.stringify(each)).sort());
  if (JSON.stringify(own) === JSON.stringify(expected)) return [];
  const only = (list: readonly string[] = [], other: readonly string[] = []) => {
    const rest = [...other];
    return list.filter((each) => {
      const at = rest.indexOf(each);
      if (at >= 0) rest.splice(at, 1);
      return at < 0;
    });
  };
  return [
    `${what} ${only(own, expected).join(', ') || 'nothing'} too many, and lacks ${only(expected, own).join(', ') || 'nothing'}`,
  ];
}
