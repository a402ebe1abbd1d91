import './positions/keep-memory-small.ts';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { BookFileUnavailable } from '@bookorbit/book-files';
import { BookPositions, type Dialect, DIALECTS, type Translation } from '@bookorbit/domain-positions';
import { EpubBook } from './positions/epub-book.ts';
import { readPositionLine } from './positions/position-line.ts';

const USAGE = `Usage: npm run -s positions -- BOOK.epub --from DIALECT --to DIALECT [--dom VERSION] [--explain]

Reads JSON lines {"start": "...", "end"?: "...", "text"?: "...", "prefix"?: "...", "suffix"?: "..."} on standard input and writes one
JSON line for each, in order. DIALECT is ${DIALECTS.join(', ')}. VERSION is KOReader's cre_dom_version, 20240114 unless told;
from 20260812 on every index is written. --explain writes the steps taken to standard error.
`;

const UNAVAILABLE = {
  vanished: 'There is no such file.',
  forbidden: 'The file may not be read by this user.',
  not_a_file: 'This is no file.',
  failed: 'The file cannot be read: its disk may be failing.',
} as const satisfies Record<BookFileUnavailable['reason'], string>;

// Whoever reads has read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { values, positionals } = readOptions();

const [path] = positionals;
const from = dialectNamed(values.from);
const to = dialectNamed(values.to);
const domVersion = Number(values.dom);
if (values.help) {
  process.stdout.write(USAGE);
} else if (path === undefined || from === undefined || to === undefined || !Number.isInteger(domVersion)) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  await translateLines(path, from, to);
}

function readOptions() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        dom: { type: 'string', default: '20240114' },
        explain: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

async function translateLines(book: string, source: Dialect, target: Dialect): Promise<void> {
  let epub: EpubBook;
  try {
    // npm runs scripts in the project's folder, wherever it was called.
    epub = await EpubBook.open(resolve(process.env['INIT_CWD'] ?? '', book), domVersion);
  } catch (error) {
    process.stderr.write(`${book}: ${reasonOf(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const positions = new BookPositions(epub, { domVersion, givesText: true });
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const request = readPositionLine(line);
    if (typeof request === 'string') {
      await write({ kind: 'lost', error: request });
      continue;
    }
    const translation = await positions.translate({ ...request, from: source, to: target });
    if (values.explain) process.stderr.write(`${request.start}\n  ${translation.trace.join('\n  ')}\n`);
    await write(answerOf(translation));
  }
  await epub.close();
}

function answerOf(translation: Translation): object {
  if (translation.kind === 'lost') return { kind: 'lost', error: translation.reason };
  const { kind, start, end, text } = translation;
  return { kind, start, end, text };
}

/** Waits while whoever reads is behind, so that answers do not pile up. */
async function write(answer: object): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
}

function reasonOf(error: unknown): string {
  if (error instanceof BookFileUnavailable) return UNAVAILABLE[error.reason];
  return error instanceof Error ? error.message : String(error);
}

function dialectNamed(name: string | undefined): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect === name);
}
