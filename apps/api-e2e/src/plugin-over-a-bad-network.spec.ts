import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnnotationList, BookDetail, BookList, ReadingLog } from '@bookorbit/contracts';
import { makeSmallEpub } from '@bookorbit/testing';
import { expectStatus } from './expect-status.ts';
import type { Reader } from './reader.ts';
import { World } from './world.ts';

const PLUGIN = join(import.meta.dirname, '../../../koreader-plugin');
const SPEC = 'spec/end_to_end_faults_spec.lua';
/** Books that are read one after the other, each with the network failing at another request. */
const PLAYS = Number(process.env['BOOKORBIT_E2E_PLAYS'] ?? 80);
const CHAPTERS = 20;

const run = promisify(execFile);

/** Real plugin code under LuaJIT, its own sockets, a proxy that fails in real ways, the built server. */
describe('the plugin over a network that fails at each request in turn', () => {
  it('ends with the same on both devices and in the library', async () => {
    const world = await World.start();
    try {
      await world.setUp();
      await world.addLibrary(
        Object.fromEntries(Array.from({ length: PLAYS }, (_, n) => [`play-${n + 1}.epub`, playBook(n + 1)])),
      );
      const ann = await world.addReader('ann');
      const { origins, username, key } = await ann.downloadPlugin();
      const report = join(world.folder, 'plays.txt');
      const { stdout } = await run('busted', ['--lua=luajit', '-o', 'TAP', SPEC], {
        cwd: PLUGIN,
        timeout: 600_000,
        env: {
          ...process.env,
          BOOKORBIT_E2E_ORIGIN: origins[0],
          BOOKORBIT_E2E_USERNAME: username,
          BOOKORBIT_E2E_KEY: key,
          BOOKORBIT_E2E_BOOKS: world.books,
          BOOKORBIT_E2E_PLAYS: String(PLAYS),
          BOOKORBIT_E2E_REPORT: report,
        },
      }).catch((failed: { stdout?: string; stderr?: string }) => ({
        stdout: `${failed.stdout}\n${failed.stderr}\nnot ok`,
      }));
      expect(stdout).not.toMatch(/^not ok/m);
      expect(stdout.match(/^ok /gm)?.length).toBe(1);
      const [played = 0, requests = 0] = readFileSync(report, 'utf8').split(' ').map(Number);
      expect(requests).toBeGreaterThan(8);
      expect(played).toBeGreaterThan(Math.min(2 * requests, PLAYS - 1));

      const { books } = (await ann.browser.get<BookList>(`books?limit=200`)).body;
      const byTitle = new Map(books.map((book) => [book.title, book.id]));
      const undisturbed = await libraryStateOf(ann, byTitle.get('Play 1'));
      expect(undisturbed.annotations).toHaveLength(2);
      expect(undisturbed.sessions.length).toBeGreaterThan(0);
      for (let n = 2; n <= played; n += 1)
        expect({ n, ...(await libraryStateOf(ann, byTitle.get(`Play ${n}`))) }).toEqual({ n, ...undisturbed });
    } finally {
      await world.stop();
    }
  }, 700_000);
});

function playBook(n: number): Buffer {
  const chapters = Array.from(
    { length: CHAPTERS },
    (_, page) => `words of page ${page + 1} and more of play ${n}.\n\n${`${n}.${page} `.repeat(60)}`,
  );
  return makeSmallEpub({ title: `Play ${n}`, author: 'Author', identifier: `urn:play:${n}`, chapters });
}

/** What the library holds of a book after it was read, without what differs by the hour. */
async function libraryStateOf(reader: Reader, bookId: number | undefined) {
  const detail = await reader.browser.get<BookDetail>(`books/${bookId}`);
  expectStatus(detail, 200);
  const annotations = await reader.browser.get<AnnotationList>(`annotations?bookId=${bookId}`);
  expectStatus(annotations, 200);
  const log = await reader.browser.get<ReadingLog>(`reading/log?bookId=${bookId}`);
  expectStatus(log, 200);
  return {
    annotations: annotations.body.annotations
      .map(({ text, note, color, style }) => [text, note, color, style].join(' | '))
      .sort(),
    sessions: log.body.sessions.map(({ startedAt, seconds, pages }) => ({ startedAt, seconds, pages })),
    percentage: detail.body.percentage,
    places: detail.body.places
      .map(({ percentage, isCanonical }) => `${percentage}${isCanonical ? ', the newest' : ''}`)
      .sort(),
  };
}
