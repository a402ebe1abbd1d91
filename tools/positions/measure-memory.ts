import './keep-memory-small.ts';
import { existsSync, readFileSync } from 'node:fs';
import { BookPositions } from '@bookorbit/domain-positions';
import { EpubBook } from './epub-book.ts';

// Run as a process of its own, so that nothing but this book is in its memory: prints the most that was resident, in bytes.
const [path, ...pointers] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: measure-memory.ts BOOK.epub XPOINTER…');
const book = await EpubBook.open(path, 20240114);
const positions = new BookPositions(book);
let found = 0;
for (const start of pointers) {
  const there = await positions.translate({ from: 'xpointer', to: 'cfi', start });
  if (there.kind === 'lost') continue;
  const back = await positions.translate({ from: 'cfi', to: 'xpointer', start: there.start });
  if (back.kind !== 'lost' && back.start === start) found += 1;
}
await book.close();
process.stdout.write(`${JSON.stringify({ found, of: pointers.length, bytes: mostResident() })}\n`);

/** What Linux counts as used by a process begins with what its parent had when it was started; what it says of its memory does not. */
function mostResident(): number {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return (kilobytes === undefined ? process.resourceUsage().maxRSS : Number(kilobytes)) * 1024;
}
