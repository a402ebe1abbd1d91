/** How quick the web app is with 20,000 books and 20,000 highlights: `npm run bench:web`. What it measures is told in docs/bench.md. */
import { mkdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import type { AnnotationList } from '@bookorbit/contracts';
import { PluginDevice } from '@bookorbit/testing';
import { CleanUp } from './bench/clean-up.ts';
import { startOurServer } from './bench/our-server.ts';
import { shown, tableLines } from './bench/print-table.ts';
import { makeSmallLibrary } from './bench/progress/small-library.ts';
import { median } from './bench/statistics.ts';
import { fillLibrary, giveToSecondDevice, sendHighlights } from './bench/web/fill-library.ts';
import { scriptSizes } from './bench/web/initial-scripts.ts';
import type { Task } from './bench/web/main-thread.ts';
import { measurePage, type PageFigures } from './bench/web/measure-page.ts';
import { measureRequests } from './bench/web/measure-requests.ts';
import { openWorkplace } from './bench/workplace.ts';
import { launchChromium } from './chromium.ts';
import { PROJECT_ROOT } from './launch/project.mjs';

const BOOKS = 20_000;
const HIGHLIGHTS = 20_000;
const ROUNDS = 7;
const REQUESTS = 100;
/** Long tasks of a page that are told one by one. */
const TOLD_TASKS = 10;
const GOALS = { initialKilobytes: 200, interactiveMs: 1000, longTaskMs: 50 } as const;
const ACCOUNT = { username: 'bench-reader', password: 'bench password' };

const PAGES = [
  ['books', '/books', 'bo-book-tile'],
  ['highlights', '/highlights', 'bo-highlight-item'],
] as const;

const cleanUp = new CleanUp();

/** One task over the goal: how much of it was work, and what. */
function told(page: string, scroll: number, { at, wallMs, cpuMs, parts }: Task): string {
  const work = Object.entries(parts)
    .filter(([, ms]) => ms >= 0.5)
    .map(([kind, ms]) => `${kind} ${shown(ms)}`);
  return `  ${page}, scroll ${scroll}, after ${shown(at / 1000)} s: ${shown(wallMs)} ms, of it work ${shown(cpuMs)} ms (${work.join(', ')})`;
}

try {
  const workplace = await openWorkplace(cleanUp);
  const server = await startOurServer(workplace, 'web', { nodeOptions: [] }, cleanUp);
  process.stderr.write(`  filling a library with ${BOOKS} books and ${HIGHLIGHTS} highlights\n`);
  const folder = join(workplace.folder, 'books');
  mkdirSync(folder);
  await makeSmallLibrary(folder, 1);
  const libraryId = await server.api.createLibrary({ name: 'Shelf', folders: [folder] });
  await server.api.waitForScan(libraryId);
  const hashes = await fillLibrary(server.databaseUrl, libraryId, BOOKS - 1);
  await server.api.createKoreaderAccount(ACCOUNT);
  const key = await server.api.mintDeviceKey();
  const device = new PluginDevice({ origins: [server.origin], username: ACCOUNT.username, key }, 'BENCH-KOBO');
  await sendHighlights(device, hashes, HIGHLIGHTS);
  const phone = new PluginDevice({ origins: [server.origin], username: ACCOUNT.username, key }, 'BENCH-PHONE');
  await giveToSecondDevice(server.databaseUrl, phone, hashes);

  const sizes = scriptSizes(join(PROJECT_ROOT, 'apps/web/dist/browser'));
  const [first] = cpus();
  const say = (...lines: string[]) => process.stdout.write(`${lines.join('\n')}\n\n`);
  say(
    `Node ${process.version}, ${cpus().length} × ${first?.model.trim() ?? 'unknown CPU'}, load ${loadavg()[0]?.toFixed(1)} before`,
    workplace.postgresSettings,
  );
  say(
    `Initial JavaScript, gzipped: ${shown(sizes.initial / 1000)} kB (goal ${GOALS.initialKilobytes}); every page and chart together: ${shown(sizes.all / 1000)} kB`,
  );

  const browser = await launchChromium();
  cleanUp.add(() => browser.close());
  const rows: string[][] = [];
  const longTasks: string[] = [];
  for (const [name, path, row] of PAGES) {
    const figures: PageFigures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // A context of its own is a browser that has never been here.
      const context = await browser.newContext({ baseURL: server.origin, viewport: { width: 1280, height: 860 } });
      const [cookieName = '', value = ''] = server.api.cookie.split(/=(.*)/s);
      await context.addCookies([{ name: cookieName, value, url: server.origin }]);
      figures.push(await measurePage(browser, context, path, row));
      await context.close();
    }
    const times = figures.map(({ interactiveMs }) => interactiveMs);
    const tasks = figures.flatMap((one) => one.tasks);
    const isLong = ({ wallMs }: Task) => wallMs > GOALS.longTaskMs;
    rows.push([
      name,
      shown(median(times)),
      shown(Math.max(...times)),
      shown((figures[0]?.scriptBytes ?? NaN) / 1000),
      String(tasks.filter(isLong).length),
      String(tasks.filter(({ cpuMs }) => cpuMs > GOALS.longTaskMs).length),
      shown(Math.max(0, ...tasks.map(({ wallMs }) => wallMs))),
      shown(Math.max(0, ...tasks.map(({ cpuMs }) => cpuMs))),
      shown(median(figures.map((one) => one.tasks.reduce((sum, { cpuMs }) => sum + cpuMs, 0)))),
      String(Math.round(median(figures.map(({ scrolled }) => scrolled)))),
    ]);
    const ofPage = figures.flatMap((one, n) => one.tasks.filter(isLong).map((task) => [n + 1, task] as const));
    const mostWork = ofPage.toSorted(([, one], [, other]) => other.cpuMs - one.cpuMs).slice(0, TOLD_TASKS);
    longTasks.push(
      `${name}: interactive after ${times.map((ms) => shown(ms)).join(', ')} ms`,
      `${name}: long tasks in each scroll: ${figures.map((one) => one.tasks.filter(isLong).length).join(', ')}; those with most work:`,
      ...mostWork.map(([scroll, task]) => told(name, scroll, task)),
    );
  }
  say(
    `Pages with an empty cache, ${ROUNDS} times each (goals: interactive within ${GOALS.interactiveMs} ms, no task over ${GOALS.longTaskMs} ms while scrolling)`,
    ...tableLines(
      [
        '',
        'interactive ms',
        'slowest',
        'script kB',
        'long tasks',
        'of work',
        'longest ms',
        'most work ms',
        'work a scroll ms',
        'scrolled px',
      ],
      rows,
    ),
    ...longTasks,
    `load ${loadavg()[0]?.toFixed(1)} after`,
  );

  const ask = async <T>(path: string) =>
    (await (await fetch(`${server.origin}/api/v1${path}`, { headers: { cookie: server.api.cookie } })).json()) as T;
  const { next } = await ask<AnnotationList>('/annotations?limit=60');
  const figures = await measureRequests(
    server.origin,
    server.api.cookie,
    [
      ['books: first page', '/books?sort=title&order=asc&offset=0&limit=60'],
      ['books: last page', `/books?sort=title&order=asc&offset=${BOOKS - 60}&limit=60`],
      ['books: recently read', '/books?sort=recently_read&limit=60'],
      ['books: search', '/books?q=author+77&limit=60'],
      ['highlights: first page', '/annotations?limit=60'],
      ['highlights: next page', `/annotations?limit=200&after=${next}`],
      ['highlights: by book', '/annotations?sort=page&limit=60'],
      ['highlights: search', '/annotations?q=bade&limit=60'],
      ['highlights: by colour', '/annotations?sort=color&limit=60'],
      ['highlights: exact ones', '/annotations?quality=exact&limit=60'],
      ['highlights: repaired ones', '/annotations?quality=repaired&limit=60'],
      ['highlights: near ones', '/annotations?quality=near&limit=60'],
      ['highlights: failed ones', '/annotations?quality=failed&limit=60'],
      ['highlights: facets', '/annotations/facets'],
      ['statistics', '/reading/statistics'],
      ['activity', '/koreader/activity'],
    ],
    REQUESTS,
  );
  say(
    `Requests of these pages, ${REQUESTS} times each, one after the other`,
    ...tableLines(
      ['', 'p50 ms', 'p95 ms', 'kB'],
      figures.map(({ name, p50, p95, bytes }) => [name, shown(p50), shown(p95), shown(bytes / 1000)]),
    ),
  );
} finally {
  await cleanUp.run();
}
