import { parseArgs } from 'node:util';
import type { AnnotationList } from '@bookorbit/contracts';
import { PluginDevice, StockDevice } from '@bookorbit/testing';
import { type DemoBook, demoBooks, demoFolder } from './demo/demo-books.ts';
import { bringNotes, fetchNotes, loseNotes, notesIn } from './demo/demo-notes.ts';
import { DemoPerson, DemoRefused } from './demo/demo-person.ts';
import { playSitting, plannedSittings } from './demo/demo-reading.ts';

const WEEKS = 6;

const HELP = `Usage: npm run demo -- [--server http://localhost:3000]

Plays two e-readers and a phone that read real books, against the running server, through the same routes as real devices.
On a server without users it makes the first admin "demo"; else say who to sign in as by DEMO_USERNAME and DEMO_PASSWORD.`;

const { values } = parseArgs({ options: { server: { type: 'string' }, help: { type: 'boolean' } } });

try {
  if (values.help) console.log(HELP);
  else await playDemo(values.server ?? `http://localhost:${process.env['PORT'] ?? 3000}`);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

async function playDemo(server: string): Promise<void> {
  const username = process.env['DEMO_USERNAME'] ?? 'demo';
  const password = process.env['DEMO_PASSWORD'] ?? 'demo-reading';
  const person = new DemoPerson(server.replace(/\/+$/, ''));
  await person.arrive(username, password);
  const library = await person.shelve('Demo shelf', demoFolder());
  const { bookCount } = await person.awaitScan(library.id, console.log);
  const { key, username: account } = await person.pairDevice(`${username}-reads`, password);
  const device = { origins: [person.origin], username: account, key };
  const kobo = new PluginDevice(device, 'DEMO-KOBO-LIBRA', { utcOffsetMinutes: 60 }, 'Kobo Libra 2');
  const phone = new PluginDevice(device, 'DEMO-PHONE', { utcOffsetMinutes: 60 }, 'Android phone');
  const books = demoBooks();
  await kobo.matchCheck(books.map(({ hash, contentSignature }) => ({ hash, contentSignature })));
  const sittings = plannedSittings(books, WEEKS, Math.floor(Date.now() / 1000));
  for (const [n, sitting] of sittings.entries()) await playSitting(n % 4 === 3 ? phone : kobo, sitting);
  await playNotes(person, kobo, phone, books);
  // A book the library does not have waits among the unmatched ones.
  await new StockDevice(device, 'Old Kindle', 'DEMO-KINDLE').push(
    '0123456789abcdef0123456789abcdef',
    0.42,
    '/body/DocFragment[3]/body/p[4]/text().0',
    {
      metadata: { title: 'A Book From Elsewhere', authors: 'Somebody Else', filename: 'elsewhere.epub' },
    },
  );
  console.log(
    `${bookCount} books on the shelf, ${books.length} of them read in ${sittings.length} sittings on two devices.`,
  );
  console.log(
    `Open ${person.origin} and sign in as ${username}${process.env['DEMO_PASSWORD'] === undefined ? ` with the password ${password}` : ''}.`,
  );
}

/** Highlights, statuses and what goes wrong now and then, so that every page has something to show. */
async function playNotes(
  person: DemoPerson,
  kobo: PluginDevice,
  phone: PluginDevice,
  books: readonly DemoBook[],
): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  for (const book of books) await bringNotes(kobo, book, notesIn(book, now));
  const [first, second, third, fourth] = books;
  if (first === undefined || second === undefined || third === undefined) return;
  await fetchNotes(phone, first);
  await fetchNotes(phone, second, true);
  // Deleted on the web, and not yet gone from the devices.
  const { annotations } = await person.ask<AnnotationList>('GET', 'annotations?sort=oldest&limit=1');
  for (const { id } of annotations) await person.ask('DELETE', `annotations/${id}`);
  await loseNotes(kobo, third, notesIn(third, now));
  const today = new Date(now * 1000).toISOString().slice(0, 10);
  await kobo.post('book-states', {
    books: [
      {
        hash: first.hash,
        status: 'complete',
        statusModified: today,
        rating: 5,
        reviewNote: 'Funny from the first page, and kinder than it lets on.',
        reviewModified: today,
      },
      { hash: second.hash, rating: 4 },
      ...(fourth ? [{ hash: fourth.hash, status: 'abandoned', statusModified: today }] : []),
    ],
  });
  const { bookId } = annotations[0] ?? {};
  const startedAt = new Date((now - 5 * 3600) * 1000).toISOString();
  if (bookId !== undefined) await person.ask('POST', 'reading/log', { bookId, startedAt, seconds: 1500, pages: 18 });
  await kobo.post('sweeps', { booksMatched: books.length, pageStatsUploaded: 800, annotationsUpserted: 60 });
  // The phone has not been updated for a while.
  await phone.post('progress', { items: [], pluginVersion: '0.0.9' });
}

function explain(error: unknown): string {
  if (error instanceof DemoRefused && error.status === 401) {
    return 'This server has users already; set DEMO_USERNAME and DEMO_PASSWORD to one who may manage libraries and sync.';
  }
  if (error instanceof TypeError && error.message === 'fetch failed')
    return 'No server answers there; start one with "npm start", or name it by --server.';
  return error instanceof Error ? error.message : String(error);
}
