import './positions/keep-memory-small.ts';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { BookFileUnavailable, readBookFile } from '@bookorbit/book-files';
import { BookPositions, DIALECTS, type Translation } from '@bookorbit/domain-positions';
import { EpubBook } from './positions/epub-book.ts';
import { readPositionLine } from './positions/position-line.ts';
import { type PositionOptions, readPositionOptions } from './positions/position-options.ts';
import { readLines } from './positions/read-lines.ts';

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

const options = readPositionOptions(process.argv.slice(2));
switch (options.kind) {
  case 'help':
    process.stdout.write(USAGE);
    break;
  case 'refused':
    process.stderr.write(`${options.problem}\n\n${USAGE}`);
    process.exitCode = 2;
    break;
  case 'run':
    await translateLines(options);
}

async function translateLines(run: Extract<PositionOptions, { kind: 'run' }>): Promise<void> {
  const { from, to, domVersion } = run;
  let epub: EpubBook;
  try {
    epub = await openBook(run.book, domVersion);
  } catch (error) {
    process.stderr.write(`${run.book}: ${reasonOf(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const positions = new BookPositions(epub, { domVersion, givesText: true });
  for await (const line of readLines(process.stdin)) {
    const request = readPositionLine(line);
    if (typeof request === 'string') {
      await write({ kind: 'lost', error: request });
      continue;
    }
    const translation = await positions.translate({ ...request, from, to });
    if (run.explains) process.stderr.write(`${request.start}\n  ${translation.trace.join('\n  ')}\n`);
    await write(answerOf(translation));
  }
  await epub.close();
}

/** Opens an EPUB. Of one under DRM or short of chapters it says so, and goes on: what cannot be read costs itself only. */
async function openBook(book: string, domVersion: number): Promise<EpubBook> {
  // npm runs scripts in the project's folder, wherever it was called.
  const path = resolve(process.env['INIT_CWD'] ?? '', book);
  const { format, problem } = await readBookFile(path);
  if (format !== 'epub' && format !== 'kepub') {
    const hint =
      format === 'unknown'
        ? (problem?.message ?? '')
        : `This is ${format.toUpperCase()}, which has pages or percentages only.`;
    throw new Error(`Only EPUB has such positions. ${hint}`);
  }
  const epub = await EpubBook.open(path, domVersion);
  if (problem !== undefined) process.stderr.write(`${book}: ${problem.message}\n`);
  return epub;
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
