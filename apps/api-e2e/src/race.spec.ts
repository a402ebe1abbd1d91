import type {
  AnnotationDetail,
  AnnotationList,
  BookDetail,
  BookState,
  ReadingLog,
  SyncAnswer,
} from '@bookorbit/contracts';
import { type DeviceAccount, type DeviceAnswer, deviceBookOf, PluginDevice } from '@bookorbit/testing';
import { madeBook } from './book-pool.ts';
import { Browser } from './browser.ts';
import { expectStatus } from './expect-status.ts';
import { FileGate } from './file-gate.ts';
import type { Reader } from './reader.ts';
import { World } from './world.ts';

/** Each in a book of its own. */
const ROUNDS = 6;

/** A book nobody has done anything in yet, and who is about to: the first asks one process, the others the second. */
interface Course {
  readonly hash: string;
  readonly bookId: number;
  readonly fileId: number;
  readonly kobo: PluginDevice;
  readonly phone: PluginDevice;
  readonly web: Browser;
  /** Unix seconds. */
  readonly now: number;
}

interface Race {
  /** What is there before. */
  readonly prepare?: (course: Course) => Promise<unknown>;
  /** Two requests on the file, each to another process. */
  readonly requests: (course: Course) => readonly (() => Promise<Pick<DeviceAnswer, 'status' | 'body'>>)[];
  /** Whether both requests are in what came of them. */
  readonly isWhole: (course: Course) => Promise<boolean>;
}

const NOTE = {
  datetime: '2026-01-02 10:00:00',
  drawer: 'lighten',
  color: 'yellow',
  text: 'a passage',
  posFormat: 'xpointer',
  pos0: '/body/DocFragment[2]/body/p[1]/text().0',
  pos1: '/body/DocFragment[2]/body/p[1]/text().9',
};
const RECOLORED = { ...NOTE, color: 'blue', datetimeUpdated: '2026-01-02 11:00:00' };
const NOTED = { ...NOTE, note: 'a thought', datetimeUpdated: '2026-01-02 11:00:00' };
const exchangeOf = (changes: readonly object[]) => ({ keys: [], keysComplete: false, changes });

const exchange = (device: PluginDevice, hash: string, changes: readonly object[]) =>
  device.post('annotations/exchange', { books: [{ hash, ...exchangeOf(changes) }] });
const place = (hash: string, percentage: number, timestamp: number) => ({
  hash,
  percentage,
  progress: `/body/DocFragment[2]/body/p[${percentage * 10}].0`,
  timestamp,
});

async function shareNote({ kobo, phone, hash }: Course): Promise<void> {
  for (const device of [kobo, phone]) expectStatus(await exchange(device, hash, [NOTE]), 200);
}

async function notesOf({ web, fileId }: Course): Promise<readonly AnnotationDetail[]> {
  return (await web.get<AnnotationList>(`annotations?fileId=${fileId}`)).body.annotations;
}

async function hasBothEdits(course: Course): Promise<boolean> {
  const [note, ...others] = await notesOf(course);
  return others.length === 0 && note?.note === 'a thought' && note.colorName === 'blue';
}

async function isPlacedAt({ web, bookId }: Course, percentage: number): Promise<boolean> {
  const { places } = (await web.get<BookDetail>(`books/${bookId}`)).body;
  return places.find(({ isCanonical }) => isCanonical)?.percentage === percentage;
}

const RACES: Readonly<Record<string, Race>> = {
  'places of two devices, the later one read being sent first': {
    requests: ({ kobo, phone, hash, now }) => [
      () => kobo.progress([place(hash, 0.5, now - 100)]),
      () => phone.progress([place(hash, 0.2, now - 200)]),
    ],
    isWhole: (course) => isPlacedAt(course, 0.5),
  },
  'two edits of one highlight': {
    prepare: shareNote,
    requests: ({ kobo, phone, hash }) => [
      () => exchange(kobo, hash, [RECOLORED]),
      () => exchange(phone, hash, [NOTED]),
    ],
    isWhole: hasBothEdits,
  },
  'an edit on the web, and one on a device': {
    prepare: shareNote,
    requests: (course) => [
      () => exchange(course.kobo, course.hash, [RECOLORED]),
      async () => course.web.patch(`annotations/${(await notesOf(course))[0]?.id}`, { note: 'a thought' }),
    ],
    isWhole: hasBothEdits,
  },
  'two halves of one sitting': {
    requests: ({ kobo, phone, hash, now }) =>
      [kobo, phone].map((device, n) => () => {
        const rows = [[1, now - 4000 + n * 100, 60, 300]];
        return new PluginDevice(device.account, 'one-device', device.clock).post('page-stats', {
          books: [{ hash, rows }],
        });
      }),
    isWhole: async ({ web, bookId }) => {
      const { sessions } = (await web.get<ReadingLog>(`reading/log?bookId=${bookId}`)).body;
      return sessions.length === 1;
    },
  },
  'the rating of one device, the review of another': {
    requests: ({ kobo, phone, hash }) => [
      () => kobo.post('book-states', { books: [{ hash, rating: 4 }] }),
      () => phone.post('book-states', { books: [{ hash, reviewNote: 'Good' }] }),
    ],
    isWhole: async ({ web, bookId }) => {
      const { body } = await web.get<BookState>(`books/${bookId}/state`);
      return body.rating === 4 && body.review === 'Good';
    },
  },
  'everything in one call': {
    prepare: shareNote,
    requests: ({ kobo, phone, hash, now }) =>
      (
        [
          [kobo, place(hash, 0.5, now - 100), RECOLORED],
          [phone, place(hash, 0.2, now - 200), NOTED],
        ] as const
      ).map(([device, progress, change]) => () => {
        const pageStats = { rows: [[1, progress.timestamp, 60, 300]] };
        return device.post('sync', { books: [{ hash, progress, pageStats, annotations: exchangeOf([change]) }] });
      }),
    isWhole: async (course) => (await isPlacedAt(course, 0.5)) && (await hasBothEdits(course)),
  },
};
const NAMES = Object.keys(RACES);
const BOOKS = NAMES.length * ROUNDS;

/**
 * The servers without the lock are the same build, in which the statement that takes it lets others pass (`lacksFileLocks`). By hand: let
 * `apps/api/src/database/lock-files.ts` take `pg_advisory_xact_lock_shared` instead and build: every race of the first half then loses
 * something in 3 to 5 of its 6 rounds.
 */
describe.each([
  ['two server processes', false],
  ['two server processes without the lock', true],
])('two requests of one user at once, on the same file, over %s', (_, lacksFileLocks) => {
  let world: World;
  let gate: FileGate;
  let reader: Reader;
  let accounts: readonly DeviceAccount[];
  let matches: readonly { readonly hash: string; readonly bookId: number; readonly bookFileId: number }[];

  beforeAll(async () => {
    world = await World.start({ processes: 2, lacksFileLocks });
    await world.setUp();
    const books = Array.from({ length: BOOKS }, (_book, n) => madeBook(n));
    await world.addLibrary(Object.fromEntries(books.map((bytes, n) => [`book-${n}.epub`, bytes])));
    reader = await world.addReader('ann');
    const account = await reader.downloadPlugin();
    accounts = world.origins.map((origin) => ({ ...account, origins: [origin] }));
    const device = new PluginDevice(account, 'first');
    const answer = await device.matchCheck(books.map((bytes) => ({ hash: deviceBookOf(bytes).hash })));
    matches = answer.body.matches;
    gate = await FileGate.open(world.database.url);
  });
  afterAll(async () => {
    await gate?.close();
    await world?.stop();
  });

  function courseOf(n: number): Course {
    const [first, second] = accounts;
    const match = matches[n];
    if (!first || !second || !match) throw new Error('Two processes and a book for each round are needed.');
    const web = new Browser(second.origins);
    web.cookie = reader.browser.cookie;
    return {
      web,
      hash: match.hash,
      bookId: match.bookId,
      fileId: match.bookFileId,
      kobo: new PluginDevice(first, 'kobo'),
      phone: new PluginDevice(second, 'phone'),
      now: Math.floor(Date.now() / 1000),
    };
  }

  /** @returns In how many rounds something was lost, or a request was not answered with 200. */
  async function lostRounds(name: string): Promise<number> {
    const race = RACES[name];
    if (!race) throw new Error(`There is no race ${name}`);
    let lost = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const course = courseOf(NAMES.indexOf(name) * ROUNDS + round);
      await race.prepare?.(course);
      const answers = await gate.race(reader.userId, course.fileId, race.requests(course));
      if (!lacksFileLocks) for (const answer of answers) expectStatus(answer, 200);
      if (answers.some(({ status }) => status !== 200) || !(await race.isWhole(course))) lost += 1;
    }
    return lost;
  }

  if (lacksFileLocks)
    it.each(NAMES)('loses something: %s', async (name) => expect(await lostRounds(name)).toBeGreaterThan(0));
  else it.each(NAMES)('loses nothing and blocks nobody: %s', async (name) => expect(await lostRounds(name)).toBe(0));

  if (!lacksFileLocks)
    it('does not wait in a circle when files are named in opposite order', async () => {
      const books = [courseOf(0), courseOf(1)].map(({ hash, now }) => ({
        hash,
        progress: place(hash, 0.3, now),
        state: {},
      }));
      const asked = Array.from({ length: 20 }, (_device, n) =>
        new PluginDevice({ ...accounts[n % 2]! }, `device-${n}`).post<SyncAnswer>('sync', {
          books: n % 4 < 2 ? books : books.toReversed(),
        }),
      );
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
      expect(answers[0]?.body.books).toHaveLength(2);
    });
});
