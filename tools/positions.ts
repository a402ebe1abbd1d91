import './positions/keep-memory-small.ts';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { BookPositions, type Dialect, DIALECTS, type Translation } from '@bookorbit/domain-positions';
import { EpubBook } from './positions/epub-book.ts';
import { readPositionLine } from './positions/position-line.ts';

const USAGE = `Usage: npm run -s positions -- BOOK.epub --from DIALECT --to DIALECT [--dom VERSION] [--explain]

Reads JSON lines {"start": "...", "end"?: "...", "text"?: "...", "prefix"?: "...", "suffix"?: "..."} on standard input and writes one
JSON line for each, in order. DIALECT is ${DIALECTS.join(', ')}. VERSION is KOReader's cre_dom_version, 20240114 unless told;
from 20260812 on every index is written. --explain writes the steps taken to standard error.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    dom: { type: 'string', default: '20240114' },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

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

async function translateLines(book: string, source: Dialect, target: Dialect): Promise<void> {
  let epub: EpubBook;
  try {
    epub = await EpubBook.open(book, domVersion);
  } catch (error) {
    process.stderr.write(`${book}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const positions = new BookPositions(epub, { domVersion, givesText: true });
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const request = readPositionLine(line);
    if (typeof request === 'string') {
      write({ kind: 'lost', error: request });
      continue;
    }
    const translation = await positions.translate({ ...request, from: source, to: target });
    if (values.explain) process.stderr.write(`${request.start}\n  ${translation.trace.join('\n  ')}\n`);
    write(answerOf(translation));
  }
  await epub.close();
}

function answerOf(translation: Translation): object {
  if (translation.kind === 'lost') return { kind: 'lost', error: translation.reason };
  const { kind, start, end, text } = translation;
  return { kind, start, end, text };
}

function write(answer: object): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

function dialectNamed(name: string | undefined): Dialect | undefined {
  return DIALECTS.find((dialect) => dialect === name);
}
