import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { AnnotationDetail, AnnotationList, BookDetail, ReadingLog, SyncAnswer } from '@bookorbit/contracts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { InProcessServer } from '../simulator/in-process-server.ts';
import { envelope, highlight, keyOf } from '../annotations/testing/device-notes.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 0) / 1000;
const ROUNDS = 12;

type LockFiles = (typeof import('../database/lock-files.ts'))['lockFiles'];

/** Stands in for the lock when a test takes it out: both requests pass it at the same moment, and nothing keeps them apart. */
class Gate {
  private isOpen = true;
  private waiting: (() => void)[] = [];

  /** Requests wait for each other from now on. */
  close(): void {
    this.isOpen = false;
  }

  /** Both are there, or one of them has ended: nobody waits any more. */
  open(): void {
    this.isOpen = true;
    this.release();
  }

  pass(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      // Once only: later one may hold rows the other waits for.
      if (this.waiting.length === 2) this.open();
    });
  }

  private release(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const mockGate = new Gate();
let mockIsLocked = true;
jest.mock('../database/lock-files.ts', () => {
  const { lockFiles } = jest.requireActual<{ lockFiles: LockFiles }>('../database/lock-files.ts');
  return { lockFiles: ((...ask) => (mockIsLocked ? lockFiles(...ask) : mockGate.pass())) satisfies LockFiles };
});

let database: TestDatabase;
let server: InProcessServer;
beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await InProcessServer.start(database.connection, 2);
  await server.setTime(NOW);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});
afterEach(() => {
  mockIsLocked = true;
});

type Person = Awaited<ReturnType<InProcessServer['addPerson']>>;

interface Race {
  /** What is there before. */
  readonly prepare: (person: Person) => Promise<void>;
  /** Two requests on the same file; each goes to another server. */
  readonly requests: (person: Person) => readonly (readonly [route: string, body: object])[];
  /** Whether both requests are in what came of them. */
  readonly isWhole: (person: Person) => Promise<boolean>;
}

/** @returns In how many rounds something was lost. */
async function race({ prepare, requests, isWhole }: Race, isLocked: boolean): Promise<number> {
  let lost = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const person = await server.addPerson('UTC');
    await prepare(person);
    mockIsLocked = isLocked;
    mockGate.close();
    const asked = requests(person).map(([route, body]) =>
      person.device('POST', `plugin/${route}`, body).finally(() => mockGate.open()),
    );
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    mockIsLocked = true;
    if (isLocked) expect(statuses).toEqual([200, 200]);
    if (statuses.some((status) => status !== 200) || !(await isWhole(person))) lost += 1;
  }
  return lost;
}

const get = async <T>(person: Person, path: string) => (await person.web('GET', path)).body as T;
const first = (person: Person) => {
  const [book] = person.books;
  if (!book) throw new Error('there is no book');
  return book;
};
const isPlacedAt = async (person: Person, percentage: number) => {
  const { places } = await get<BookDetail>(person, `books/${first(person).bookId}`);
  return places.find(({ isCanonical }) => isCanonical)?.percentage === percentage;
};
const notes = async (person: Person): Promise<readonly AnnotationDetail[]> =>
  (await get<AnnotationList>(person, `annotations?fileId=${first(person).fileId}`)).annotations;

const NOTE = highlight(1);
const exchangeOf = (changes: readonly object[]) => ({ keys: [keyOf(NOTE)], keysComplete: false, changes });
const RECOLORED = { ...NOTE, color: 'blue', datetimeUpdated: '2026-11-18 11:00:00' };
const NOTED = { ...NOTE, note: 'a thought', datetimeUpdated: '2026-11-18 11:00:00' };

/** Two devices have the same highlight. */
async function shareNote(person: Person): Promise<void> {
  const { hash } = first(person);
  for (const deviceId of ['A', 'B']) {
    const books = [{ hash, ...exchangeOf([NOTE]) }];
    expect((await person.device('POST', 'plugin/annotations/exchange', { ...envelope(deviceId), books })).status).toBe(
      200,
    );
  }
}

const hasBothEdits = async (person: Person) => {
  const [note, ...others] = await notes(person);
  return others.length === 0 && note?.note === 'a thought' && note.colorName === 'blue';
};

const RACES: Readonly<Record<string, Race>> = {
  'places of two devices, the later one read being sent first': {
    prepare: () => Promise.resolve(),
    requests: (person) =>
      [
        ['A', 0.5, NOW - 100],
        ['B', 0.2, NOW - 200],
      ].map(([deviceId, percentage, timestamp]) => [
        'progress',
        {
          ...envelope(String(deviceId)),
          items: [{ hash: first(person).hash, percentage, progress: `/${percentage}`, timestamp }],
        },
      ]),
    isWhole: (person) => isPlacedAt(person, 0.5),
  },
  'two edits of one highlight': {
    prepare: shareNote,
    requests: (person) => [
      ['annotations/exchange', { ...envelope('A'), books: [{ hash: first(person).hash, ...exchangeOf([RECOLORED]) }] }],
      ['annotations/exchange', { ...envelope('B'), books: [{ hash: first(person).hash, ...exchangeOf([NOTED]) }] }],
    ],
    isWhole: hasBothEdits,
  },
  'two halves of one sitting': {
    prepare: () => Promise.resolve(),
    requests: (person) =>
      [NOW - 4000, NOW - 3900].map((start) => [
        'page-stats',
        { ...envelope('A'), books: [{ hash: first(person).hash, rows: [[1, start, 60, 300]] }] },
      ]),
    isWhole: async (person) => (await get<ReadingLog>(person, 'reading/log')).sessions.length === 1,
  },
  'everything in one call': {
    prepare: shareNote,
    requests: (person) =>
      [
        { id: 'A', percentage: 0.5, at: NOW - 100, change: RECOLORED },
        { id: 'B', percentage: 0.2, at: NOW - 200, change: NOTED },
      ].map(({ id, percentage, at, change }) => [
        'sync',
        {
          ...envelope(id),
          books: [
            {
              hash: first(person).hash,
              progress: { percentage, progress: `/${percentage}`, timestamp: at },
              pageStats: { rows: [[1, at, 60, 300]] },
              annotations: exchangeOf([change]),
            },
          ],
        },
      ]),
    isWhole: async (person) => (await isPlacedAt(person, 0.5)) && (await hasBothEdits(person)),
  },
};

describe('two requests of one user at once, on two servers, on the same file', () => {
  describe.each(Object.entries(RACES))('%s', (_name, race_) => {
    it('lose nothing and block nobody', async () => {
      expect(await race(race_, true)).toBe(0);
    });

    it('would lose something without the lock', async () => {
      expect(await race(race_, false)).toBeGreaterThan(0);
    });
  });

  it('that name two files in opposite order do not wait in a circle', async () => {
    const person = await server.addPerson('UTC');
    const ask = (deviceId: string, books: readonly { readonly hash: string }[]) =>
      person.device('POST', 'plugin/sync', {
        ...envelope(deviceId),
        books: books.map(({ hash }) => ({
          hash,
          progress: { percentage: 0.3, progress: '/p', timestamp: NOW - 10 },
          state: {},
        })),
      });
    const asked = Array.from({ length: 20 }, (_, n) =>
      ask(`D${n}`, n % 2 === 0 ? person.books : person.books.toReversed()),
    );
    const answers = await Promise.all(asked);
    expect(answers.map(({ status }) => status)).toEqual(asked.map(() => 200));
    expect((answers[0]?.body as SyncAnswer).books).toHaveLength(2);
  });
});
