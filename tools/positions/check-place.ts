import type { DomPoint, IndependentDom } from './independent-dom.ts';
import type { ReportedPlace } from './ground-truth.ts';

/** How near a translated place is to the one reported. */
export type Nearness = 'character' | 'word' | 'off';

/** Letters of context that must agree on one side at least. */
const CONTEXT_LETTERS = 8;
const READ_CHARACTERS = 160;

/** Only letters and digits, formulas' letters as plain ones: all that crengine and a browser hold alike. */
export function lettersOf(text: string): string {
  return text.normalize('NFKC').replace(/[^\p{L}\p{N}]/gu, '');
}

/** Compares a place in a browser's DOM with what crengine said is there. */
export function checkPlace(
  dom: IndependentDom,
  start: DomPoint,
  end: DomPoint | undefined,
  reported: ReportedPlace,
): Nearness {
  if (end === undefined) return checkPoint(dom, start, reported);
  const found = dom.textBetween(start, end);
  const expected = reported.text ?? '';
  const isSameText = lettersOf(found) === lettersOf(expected) || hasSameEnds(found, expected, reported.kind);
  if (!isSameText || !contextAgrees(dom, start, end, reported))
    return isWithinAWord(dom, start, expected) ? 'word' : 'off';
  const isExact =
    firstVisible(found) === firstVisible(expected) && startsVisibly(found) && startsVisibly(reversed(found));
  return isExact ? 'character' : 'word';
}

/** What follows a page's top must be what crengine says follows. */
function checkPoint(dom: IndependentDom, start: DomPoint, reported: ReportedPlace): Nearness {
  const expected = lettersOf(reported.after ?? '').slice(0, 2 * CONTEXT_LETTERS);
  const found = lettersOf(dom.textAfter(start, READ_CHARACTERS)).slice(0, expected.length);
  // A page may end its document, and what follows is then in the next one.
  if (found === expected || (found !== '' && expected.startsWith(found)) || found === '') return 'character';
  const before = lettersOf(dom.textBefore(start, READ_CHARACTERS)).slice(-CONTEXT_LETTERS);
  return (before + found).includes(expected.slice(0, CONTEXT_LETTERS)) ? 'word' : 'off';
}

function contextAgrees(dom: IndependentDom, start: DomPoint, end: DomPoint, reported: ReportedPlace): boolean {
  const before = lettersOf(reported.before ?? '').slice(-CONTEXT_LETTERS);
  const after = lettersOf(reported.after ?? '').slice(0, CONTEXT_LETTERS);
  const foundBefore = lettersOf(dom.textBefore(start, READ_CHARACTERS)).slice(-CONTEXT_LETTERS);
  const foundAfter = lettersOf(dom.textAfter(end, READ_CHARACTERS)).slice(0, CONTEXT_LETTERS);
  // Around a place there may be text of the neighbouring document, hidden text, or text that style sheets generate.
  return (
    before.endsWith(foundBefore) ||
    foundBefore.endsWith(before) ||
    after.startsWith(foundAfter) ||
    foundAfter.startsWith(after)
  );
}

/** A long range may hold hidden text and annotations, which KOReader leaves out: then its ends and what is left must agree. */
function hasSameEnds(found: string, expected: string, kind: ReportedPlace['kind']): boolean {
  if (kind !== 'range') return false;
  const [letters, wanted] = [Array.from(lettersOf(found)), Array.from(lettersOf(expected))];
  let matched = 0;
  for (const letter of letters) if (letter === wanted[matched]) matched += 1;
  return matched === wanted.length && letters[0] === wanted[0] && letters.at(-1) === wanted.at(-1);
}

function isWithinAWord(dom: IndependentDom, start: DomPoint, expected: string): boolean {
  const around = lettersOf(dom.textBefore(start, 24)) + lettersOf(dom.textAfter(start, 24 + expected.length));
  return around.includes(lettersOf(expected));
}

function startsVisibly(text: string): boolean {
  return text === '' || !/^[ \t\r\n]/.test(text);
}

function firstVisible(text: string): string {
  // Of formulas, crengine shows italic letters and the minus sign of mathematics.
  return /[^\s\u00ad]/u.exec(text)?.[0].normalize('NFKC').replace('\u2212', '-') ?? '';
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}
