/**
 * Lighthouse's report on the main pages of a running server, as a phone and as a desktop see them. Lighthouse itself is fetched by npx.
 *
 * `BOOKORBIT_USERNAME=anna BOOKORBIT_PASSWORD=… npm run lighthouse -- http://localhost:3000`
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { BookList } from '@bookorbit/contracts';

const LIGHTHOUSE = 'lighthouse@13';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const FORMS = { phone: [], desktop: ['--preset=desktop'] } as const;
const LARGEST_REPORT_BYTES = 64 * 1024 * 1024;

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<
    Record<string, { readonly title: string; readonly score: number | null; readonly scoreDisplayMode: string }>
  >;
}

async function reportOn(origin: string, username: string, password: string): Promise<void> {
  const cookie = await signIn(origin, username, password);
  const answer = await fetch(`${origin}/api/v1/books?sort=recently_read&limit=1`, { headers: { cookie } });
  const { books } = (await answer.json()) as BookList;
  const paths = [
    '/sign-in',
    '/',
    '/books',
    ...books.map(({ id }) => `/books/${id}`),
    '/highlights',
    '/statistics',
    '/settings/integrations/koreader',
  ];
  const faults = new Set<string>();
  for (const [form, flags] of Object.entries(FORMS)) {
    for (const path of paths) {
      const { categories, audits } = await look(origin + path, path === '/sign-in' ? '' : cookie, flags);
      const scores = CATEGORIES.map((name) => `${name} ${Math.round((categories[name]?.score ?? 0) * 100)}`);
      console.log(`${form} ${path}: ${scores.join(', ')}`);
      for (const { title, score, scoreDisplayMode } of Object.values(audits))
        if (score === 0 && scoreDisplayMode === 'binary') faults.add(`${path}: ${title}`);
    }
  }
  for (const fault of faults) console.log(`not in order: ${fault}`);
}

async function signIn(origin: string, username: string, password: string): Promise<string> {
  const answer = await fetch(`${origin}/api/v1/session`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  if (!answer.ok) throw new Error(`Signing in as ${username} answered ${answer.status}.`);
  return answer.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ');
}

async function look(url: string, cookie: string, flags: readonly string[]): Promise<Report> {
  const { stdout } = await promisify(execFile)(
    'npx',
    [
      ...['--yes', LIGHTHOUSE, url, ...flags, '--output=json', '--quiet', `--only-categories=${CATEGORIES.join(',')}`],
      ...['--chrome-flags=--headless=new --no-sandbox --disable-gpu', '--disable-storage-reset'],
      ...(cookie === '' ? [] : [`--extra-headers=${JSON.stringify({ cookie })}`]),
    ],
    {
      maxBuffer: LARGEST_REPORT_BYTES,
      env: { ...process.env, CHROME_PATH: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' },
    },
  );
  return JSON.parse(stdout) as Report;
}

const [origin = 'http://localhost:3000'] = process.argv.slice(2);
const { BOOKORBIT_USERNAME: username, BOOKORBIT_PASSWORD: password } = process.env;
if (username === undefined || password === undefined) {
  console.error('Say who to sign in as by BOOKORBIT_USERNAME and BOOKORBIT_PASSWORD.');
  process.exitCode = 1;
} else await reportOn(origin, username, password);
