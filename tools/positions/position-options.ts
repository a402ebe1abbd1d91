import { parseArgs } from 'node:util';
import { type Dialect, DIALECTS } from '@bookorbit/domain-positions';

/** What the command was asked to do. */
export type PositionOptions =
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly problem: string }
  | {
      readonly kind: 'run';
      readonly book: string;
      readonly from: Dialect;
      readonly to: Dialect;
      readonly domVersion: number;
      readonly explains: boolean;
    };

/** crengine counts its versions by days. */
const DOM_VERSION = /^20\d{6}$/;
const NAMES = DIALECTS.join(', ');

/** Reads the words behind `npm run positions --`. */
export function readPositionOptions(words: readonly string[]): PositionOptions {
  let values: { from?: string; to?: string; dom: string; explain: boolean; help: boolean };
  let books: string[];
  try {
    ({ values, positionals: books } = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        from: { type: 'string' },
        to: { type: 'string' },
        dom: { type: 'string', default: '20240114' },
        explain: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error));
  }
  if (values.help) return { kind: 'help' };
  const [book, ...more] = books;
  if (book === undefined) return refused('Name the book to read.');
  if (more.length > 0) return refused(`One book at a time: ${books.join(', ')} are ${books.length}.`);
  const from = DIALECTS.find((dialect) => dialect === values.from);
  const to = DIALECTS.find((dialect) => dialect === values.to);
  if (from === undefined) return refused(dialectProblem('--from', values.from));
  if (to === undefined) return refused(dialectProblem('--to', values.to));
  if (!DOM_VERSION.test(values.dom)) {
    return refused(`--dom ${values.dom} is no version of crengine's: they are dates, such as 20240114 or 20260812.`);
  }
  return { kind: 'run', book, from, to, domVersion: Number(values.dom), explains: values.explain };
}

function dialectProblem(option: string, given: string | undefined): string {
  return given === undefined ? `${option} is missing: ${NAMES}.` : `${option} ${given} is none of ${NAMES}.`;
}

function refused(problem: string): PositionOptions {
  return { kind: 'refused', problem };
}
