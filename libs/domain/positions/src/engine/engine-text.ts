import { lastAtMost } from '../columns/growable.ts';
import { referencedText } from '../source/references.ts';
import { IS_PREFORMATTED, runsOfText } from './engine-view.ts';
import type { EngineView } from './engine-view.ts';

/** The characters from `from` to `to` (code points) of one text node, as crengine holds them. */
export function engineText(
  view: EngineView,
  source: string,
  text: number,
  from = 0,
  to = view.texts.length[text] ?? 0,
): string {
  const runs = runsOfText(view, text);
  const { position, source: sources, span } = runs.table;
  const isPreformatted = ((view.texts.flags[text] ?? 0) & IS_PREFORMATTED) !== 0;
  let found = '';
  for (let run = Math.max(runs.first, lastAtMost(position, from, runs.first, runs.end)); run < runs.end; run++) {
    const start = position[run] ?? 0;
    if (start >= to) break;
    const end = run + 1 < runs.end ? (position[run + 1] ?? 0) : runs.length;
    const first = Math.max(from, start) - start;
    const last = Math.min(to, end) - start;
    const offset = sources[run] ?? 0;
    const kind = span[run] ?? 0;
    if (kind === 0) found += whiteSpaceAsHeld(source.slice(offset + first, offset + last), isPreformatted);
    else if (kind === 1) found += source.slice(offset + 2 * first, offset + 2 * last);
    else found += atomText(source.slice(offset, offset + kind - 1), end - start, first, last);
  }
  return found;
}

function whiteSpaceAsHeld(written: string, isPreformatted: boolean): string {
  return isPreformatted ? written.replaceAll('\r', '\n').replaceAll('\t', ' ') : written.replace(/[\t\n\r]/g, ' ');
}

function atomText(written: string, count: number, first: number, last: number): string {
  if (!written.startsWith('&')) return ' '.repeat(last - first);
  const text = referencedText(written);
  return text === undefined || text === '\t'
    ? ' '.repeat(last - first)
    : Array.from(text).slice(first, Math.min(last, count)).join('');
}
