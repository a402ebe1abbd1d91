import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type {
  AnnotationExchangeAnswer,
  AnnotationList,
  BookDetail,
  BookState,
  BookStatesAnswer,
  PageStatsAnswer,
  ReadingLog,
  ReadingStatistics,
} from '@bookorbit/contracts';
import { acksOf, envelope, highlight, keyOf } from '../annotations/testing/device-notes.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { InProcessServer } from '../simulator/in-process-server.ts';

const NOW = Date.UTC(2026, 10, 18, 12, 0, 0) / 1000;

let database: TestDatabase;
let server: InProcessServer;
beforeAll(async () => {
  database = await createTestDatabase(MIGRATED_SCHEMA);
  server = await InProcessServer.start(database.connection);
});
afterAll(async () => {
  await server?.stop();
  await database?.drop();
});
beforeEach(() => server.setTime(NOW));

/** Somebody with devices and a browser, and their one book. */
async function addPerson() {
  const person = await server.addPerson('UTC');
  const [book] = person.books;
  if (!book) throw new Error('there is no book');
  const post = async <T>(route: string, body: object): Promise<T> => {
    const answer = await person.device('POST', `plugin/${route}`, body);
    expect([route, answer.status]).toEqual([route, 200]);
    return answer.body as T;
  };
  const web = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await person.web(method, path, body);
    expect(answer.status).toBeLessThan(300);
    return answer.body as T;
  };
  return { ...book, post, web, device: person.device };
}

describe('histories of devices that the simulator found to end wrongly', () => {
  it('a device that has not followed a reset does not look like the place of the book', async () => {
    const { bookId, fileId, hash, post, web } = await addPerson();
    await web('POST', `books/${bookId}/progress/start-over`);
    await server.setTime(NOW + 100);
    const items = [{ hash, percentage: 0.6, progress: '/body/p[6]', timestamp: NOW + 90 }];
    await post('progress', { ...envelope('A'), items });
    const { places } = await web<BookDetail>('GET', `books/${bookId}`);
    const [newest] = places.filter((place) => place.fileId === fileId);
    expect(newest).toMatchObject({ percentage: 0.6, isCanonical: false, standing: 'held' });
    expect(places.find(({ isCanonical }) => isCanonical)).toMatchObject({ percentage: 0, standing: 'chosen' });
  });

  it('what a copied device acknowledged before it was told apart does not count for the original', async () => {
    const { hash, post } = await addPerson();
    const note = highlight(1);
    const exchange = (installId: string, changes: readonly object[], keys = [keyOf(note)]) =>
      post<AnnotationExchangeAnswer>('annotations/exchange', {
        ...envelope('KOBO', { installId }),
        books: [{ hash, keys, keysComplete: true, changes }],
      });
    await exchange('original', [note]);
    const recolored = { ...note, color: 'blue', datetimeUpdated: '2026-11-18 11:00:00' };
    await post('annotations/exchange', {
      ...envelope('OTHER'),
      books: [{ hash, keys: [keyOf(note)], keysComplete: true, changes: [recolored] }],
    });
    const [toCopy] = (await exchange('copy', [])).results;
    expect(toCopy?.toApply.edit).toMatchObject([{ color: 'blue' }]);
    if (toCopy)
      await post('annotations/exchange-ack', { ...envelope('KOBO', { installId: 'copy' }), books: [acksOf(toCopy)] });
    const [toOriginal] = (await exchange('original', [])).results;
    expect(toOriginal?.toApply.edit).toMatchObject([{ color: 'blue' }]);
  });

  it('a note written on a copied device, whose time KOReader does not move, is not lost when the copy is told apart', async () => {
    const { hash, fileId, post, web } = await addPerson();
    const note = highlight(1, { datetimeUpdated: '2026-11-18 10:00:00' });
    const exchange = (deviceModel: string, item: object) =>
      post<AnnotationExchangeAnswer>('annotations/exchange', {
        ...envelope('KOBO', { installId: deviceModel, deviceModel }),
        books: [{ hash, keys: [keyOf(note)], keysComplete: true, changes: [item] }],
      });
    await exchange('Kobo_nova', note);
    await exchange('Kobo_libra', { ...note, note: 'mine' });
    const path = `annotations?fileId=${fileId}&kind=highlight&state=active`;
    expect((await web<AnnotationList>('GET', path)).annotations).toMatchObject([{ note: 'mine' }]);
  });

  it.each([1, undefined])(
    'a move without a time on a device that was forgotten counts, if it says that it synced: %s',
    async (round) => {
      const { hash, fileId, post, web } = await addPerson();
      const note = highlight(1);
      const moved = { ...note, pos1: `${note.pos1?.replace(/\d+$/, '')}99` };
      const exchange = (item: object) =>
        post('annotations/exchange', {
          ...envelope('KOBO'),
          books: [{ hash, keys: [keyOf(note)], keysComplete: true, changes: [item], ...(round && { round }) }],
        });
      await exchange(note);
      await web('DELETE', 'koreader/devices/KOBO');
      await server.setTime(NOW + 100);
      await exchange(moved);
      const path = `annotations?fileId=${fileId}&kind=highlight&state=active`;
      const [kept] = (await web<AnnotationList>('GET', path)).annotations;
      expect(kept?.positions.xpointerEnd).toBe(round === undefined ? note.pos1 : moved.pos1);
    },
  );

  it.each([1, undefined])(
    'a note written without a time over one of somebody else on a device that was forgotten counts, if it says that it synced: %s',
    async (round) => {
      const { hash, fileId, post, web } = await addPerson();
      const note = highlight(1);
      const exchange = (item: object) =>
        post('annotations/exchange', {
          ...envelope('KOBO'),
          books: [{ hash, keys: [keyOf(note)], keysComplete: true, changes: [item], ...(round && { round }) }],
        });
      await exchange(note);
      const path = `annotations?fileId=${fileId}&kind=highlight&state=active`;
      const kept = async () => (await web<AnnotationList>('GET', path)).annotations[0]?.note;
      const id = (await web<AnnotationList>('GET', path)).annotations[0]?.id;
      await web('PATCH', `annotations/${id}`, { note: 'from the web' });
      await web('DELETE', 'koreader/devices/KOBO');
      await server.setTime(NOW + 100);
      await exchange({ ...note, note: 'on the device' });
      expect(await kept()).toBe(round === undefined ? 'from the web' : 'on the device');
      // What the web replaced is not back when the device is forgotten once more and says an older one.
      await web('PATCH', `annotations/${id}`, { note: 'from the web again' });
      await web('DELETE', 'koreader/devices/KOBO');
      await exchange({ ...note, note: 'on the device' });
      expect(await kept()).toBe('from the web again');
    },
  );

  it('a copy of everything on a device that was forgotten does not bring back what it has from before', async () => {
    const { hash, fileId, post, web } = await addPerson();
    const note = highlight(1);
    const exchange = (round: number, changes: readonly object[] = []) =>
      post<AnnotationExchangeAnswer>('annotations/exchange', {
        ...envelope('KOBO'),
        books: [{ hash, keys: [keyOf(note)], keysComplete: true, changes, ...(round > 0 && { round }) }],
      });
    await exchange(0, [note]);
    for (const round of [1, 2, 3]) await exchange(round);
    await web('DELETE', 'koreader/devices/KOBO');
    const path = `annotations?fileId=${fileId}&kind=highlight&state=active`;
    const id = (await web<AnnotationList>('GET', path)).annotations[0]?.id;
    await web('PATCH', `annotations/${id}`, { note: 'from the web' });
    // One of two takes it over and counts from one, the other still counts to four.
    const [given] = (await exchange(4)).results;
    if (given) await post('annotations/exchange-ack', { ...envelope('KOBO'), books: [acksOf(given)] });
    await exchange(1, [{ ...note, note: 'from the web' }]);
    await exchange(4, [note]);
    expect((await web<AnnotationList>('GET', path)).annotations).toMatchObject([{ note: 'from the web' }]);
  });

  it('clearing a rating that is not there does not stand against one given on a device', async () => {
    const { bookId, hash, post, web } = await addPerson();
    await web('PATCH', `books/${bookId}/state`, { rating: null, review: '' });
    await post('book-states', { ...envelope('A'), books: [{ hash, rating: 4, reviewNote: 'good' }] });
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ rating: 4, review: 'good' });
  });

  it('a status a device had before can be chosen on it again', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const say = (item: object) => post('book-states', { ...envelope('A'), books: [{ hash, ...item }] });
    await say({ status: 'abandoned', statusChangedAt: NOW - 10, rating: 4, ratingChangedAt: NOW - 10 });
    await server.setTime(NOW + 100);
    await web('PATCH', `books/${bookId}/state`, { status: 'reading', rating: 2 });
    await server.setTime(NOW + 200);
    await say({});
    await server.setTime(NOW + 300);
    await say({ status: 'abandoned', statusChangedAt: NOW + 290, rating: 4, ratingChangedAt: NOW + 290 });
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ status: 'abandoned', rating: 4 });
  });

  it('a review written on a device before it ever synced is not lost to the clearing of another on the web', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const say = (item: object) =>
      post<BookStatesAnswer>('book-states', { ...envelope('A'), books: [{ hash, ...item }] });
    await web('PATCH', `books/${bookId}/state`, { review: 'bad' });
    await web('PATCH', `books/${bookId}/state`, { review: null });
    await say({ reviewNote: 'good' });
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ review: 'good' });
    await server.setTime(NOW + 100);
    await web('PATCH', `books/${bookId}/state`, { review: null });
    const { results } = await say({ reviewNote: 'good' });
    expect(results[0]).toMatchObject({ reviewApplied: false, reviewNoteSet: false });
  });

  it('an older client that says back the rating it was given does not undo one given since, and can give another', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const older = { deviceId: 'OLD', deviceModel: 'Firmware', pluginVersion: '1' };
    const say = (rating: number) => post<BookStatesAnswer>('book-states', { ...older, books: [{ hash, rating }] });
    await web('PATCH', `books/${bookId}/state`, { rating: 2 });
    expect((await say(1)).results[0]).toMatchObject({ rating: 2 });
    await web('PATCH', `books/${bookId}/state`, { rating: 1 });
    expect((await say(2)).results[0]).toMatchObject({ rating: 1 });
    expect((await say(5)).results[0]).toMatchObject({ ratingApplied: true, rating: 5 });
  });

  it('a rating an older client was given does not come back with all it sends once it was cleared', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const older = { deviceId: 'OLD', deviceModel: 'Firmware', pluginVersion: '1' };
    const say = (item: object) => post<BookStatesAnswer>('book-states', { ...older, books: [{ hash, ...item }] });
    await web('PATCH', `books/${bookId}/state`, { rating: 4 });
    expect((await say({})).results[0]).toMatchObject({ rating: 4 });
    await web('PATCH', `books/${bookId}/state`, { rating: null });
    expect((await say({ rating: 4 })).results[0]).toMatchObject({ ratingApplied: false, ratingSet: false });
  });

  it('a stock push whose answer was lost is not read again when it is repeated after a choice of the user', async () => {
    const { bookId, hash, device, web } = await addPerson();
    const push = (id: string, percentage: number) =>
      device('PUT', 'syncs/progress', {
        document: hash,
        percentage,
        progress: `/body/p[${percentage * 10}]`,
        device: id,
        device_id: id,
      });
    await push('stock', 0.3);
    await server.setTime(NOW + 100);
    await web('PATCH', `books/${bookId}/state`, { status: 'on_hold' });
    await server.setTime(NOW + 200);
    await push('stock', 0.3);
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ status: 'on_hold' });
    await push('stock', 0.4);
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ status: 'reading' });
  });

  it('a document stays the copy it was taken for when another copy of its book is read elsewhere', async () => {
    const person = await server.addPerson('UTC');
    const [book] = person.books;
    const copy = person.books.find(({ isCopy }) => isCopy);
    if (!book || !copy || !person.kobo) throw new Error('there is no copy, or no Kobo');
    const note = highlight(1);
    const exchange = (deviceId: string, changes: readonly object[], keys: readonly object[]) =>
      person.device('POST', 'plugin/annotations/exchange', {
        ...envelope(deviceId),
        books: [{ hash: book.hash, keys, keysComplete: true, changes }],
      });
    await exchange('A', [note], [keyOf(note)]);
    await server.setTime(NOW + 100);
    await person.kobo.read(copy.fileId, { percentage: 0.5, koboSpan: 'c1.xhtml#kobo.1.1' }, NOW + 90);
    const { body } = await exchange('B', [], []);
    expect((body as AnnotationExchangeAnswer).results[0]?.toApply.add).toMatchObject([{ text: note.text }]);
  });

  it('a request that comes twice does not choose a status again', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const once = { ...envelope('A'), books: [{ hash, status: 'abandoned', statusChangedAt: NOW - 10 }] };
    await post('book-states', once);
    await server.setTime(NOW + 100);
    await web('PATCH', `books/${bookId}/state`, { status: 'reading' });
    await server.setTime(NOW + 200);
    await post('book-states', once);
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ status: 'reading' });
  });

  it('days follow a row that grew although the sitting as a whole stayed as it was', async () => {
    const { hash, post, web } = await addPerson();
    const midnight = Date.UTC(2026, 10, 18) / 1000;
    // Two pages at once, as merged statistics have them: the sitting lasts no longer than the clock on the wall.
    const upload = (rows: readonly (readonly number[])[]) =>
      post('page-stats', { ...envelope('A'), books: [{ hash, rows }] });
    await upload([
      [1, midnight - 100, 200, 300],
      [2, midnight - 100, 100, 300],
      [3, midnight, 50, 300],
    ]);
    await upload([[3, midnight, 100, 300]]);
    const { days } = await web<ReadingStatistics>('GET', 'reading/statistics');
    expect(days.map(({ day, seconds }) => [day, seconds])).toEqual([
      ['2026-11-17', 100],
      ['2026-11-18', 100],
    ]);
  });

  it('old rows that were merged into a device are asked for until they come', async () => {
    const { hash, post, web } = await addPerson();
    const row = (start: number) => [1, start, 60, 300];
    const [OLD, OLDER, RECENT] = [NOW - 5 * 86_400, NOW - 9 * 86_400, NOW - 3600];
    const upload = async (rows: readonly number[][], rowCount: number) => {
      const { results } = await post<PageStatsAnswer>('page-stats', {
        ...envelope('A'),
        books: [{ hash, rows, rowCount }],
      });
      return results[0]?.watermark;
    };
    await upload([row(OLD), row(RECENT)], 2);
    expect(await upload([row(RECENT)], 3)).toBe(0);
    // The answer was lost: the device asks the same again.
    expect(await upload([row(RECENT)], 3)).toBe(0);
    expect(await upload([row(OLDER), row(OLD), row(RECENT)], 3)).toBe(RECENT);
    expect(await upload([row(RECENT)], 3)).toBe(RECENT);
    expect((await web<ReadingLog>('GET', 'reading/log')).sessions).toHaveLength(3);
  });

  it('old rows that were merged into a device are missed although it read on since', async () => {
    const { hash, post } = await addPerson();
    const row = (start: number) => [1, start, 60, 300];
    const upload = async (rows: readonly number[][], rowCount: number) => {
      const { results } = await post<PageStatsAnswer>('page-stats', {
        ...envelope('A'),
        books: [{ hash, rows, rowCount }],
      });
      return results[0]?.watermark;
    };
    await upload([row(NOW - 7200)], 1);
    // One row is new, and one more came from elsewhere.
    expect(await upload([row(NOW - 7200), row(NOW - 3600)], 3)).toBe(0);
    expect(await upload([row(NOW - 90_000), row(NOW - 7200), row(NOW - 3600)], 3)).toBe(NOW - 3600);
  });

  it('a request that was overtaken on its way moves nobody back, and chooses nothing anew', async () => {
    const { bookId, hash, post, web } = await addPerson();
    const wall = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
    const at = (sentAt: number, percentage: number) => ({
      ...envelope('A', { deviceTime: wall(sentAt) }),
      books: [
        {
          hash,
          progress: { percentage, progress: `/body/p[${percentage}]`, timestamp: sentAt - 10 },
          state: { rating: Math.round(percentage * 10), ratingChangedAt: sentAt - 10 },
        },
      ],
    });
    const late = at(NOW, 0.3);
    await server.setTime(NOW + 100);
    await post('sync', at(NOW + 100, 0.5));
    await server.setTime(NOW + 110);
    await web('PATCH', `books/${bookId}/state`, { rating: 1 });
    await server.setTime(NOW + 200);
    await post('sync', late);
    const { places } = await web<BookDetail>('GET', `books/${bookId}`);
    expect(places.map(({ percentage }) => percentage)).toEqual([0.5]);
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ rating: 1 });
  });
});
