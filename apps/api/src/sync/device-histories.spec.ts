import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import type { AnnotationExchangeAnswer, BookDetail, BookState } from '@bookorbit/contracts';
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
  return { ...book, post, web };
}

describe('histories of devices that the simulator found to end wrongly', () => {
  it('a device that has not followed a reset does not look like the place of the book', async () => {
    const { bookId, hash, post, web } = await addPerson();
    await web('POST', `books/${bookId}/progress/start-over`);
    await server.setTime(NOW + 100);
    const items = [{ hash, percentage: 0.6, progress: '/body/p[6]', timestamp: NOW + 90 }];
    await post('progress', { ...envelope('A'), items });
    const { places } = await web<BookDetail>('GET', `books/${bookId}`);
    expect(places.map(({ percentage, isCanonical }) => [percentage, isCanonical])).toEqual([
      [0.6, false],
      [0, true],
    ]);
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

  it('clearing a rating that is not there does not stand against one given on a device', async () => {
    const { bookId, hash, post, web } = await addPerson();
    await web('PATCH', `books/${bookId}/state`, { rating: null, review: '' });
    await post('book-states', { ...envelope('A'), books: [{ hash, rating: 4, reviewNote: 'good' }] });
    expect(await web<BookState>('GET', `books/${bookId}/state`)).toMatchObject({ rating: 4, review: 'good' });
  });
});
