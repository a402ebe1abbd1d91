import { parseArgs } from 'node:util';

export const PARTS = ['progress', 'scan', 'ingest', 'sync', 'export'] as const;
export type Part = (typeof PARTS)[number];

/** What one run of the benchmark does. */
export interface BenchPlan {
  readonly parts: readonly Part[];
  /** Absolute or relative path of the server's built `main.js`; absent: this checkout's, built first where it has to be. */
  readonly server?: string;
  /** Options for the Node that runs it, such as `--cpu-prof`. */
  readonly nodeOptions: readonly string[];
  /** Rounds of each contender; their median counts. */
  readonly rounds: number;
  readonly roundSeconds: number;
  /** Requests each contender gets before the first round. */
  readonly warmUpRequests: number;
  /** Rows of page stats a device uploads first. */
  readonly pageStats: number;
  readonly ingestRounds: number;
  /** EPUBs the scan is given. */
  readonly scannedFiles: number;
}

export const USAGE = `npm run bench -- [progress] [scan] [ingest] [sync] [export] [--quick] [--rounds N] [--server path/to/main.js] ["--node-options=--cpu-prof"]

  progress   stock and plugin progress sync against a floor and a bare server
  scan       a scan of generated EPUBs against plain reading of the same files
  ingest     page stats of 300 books against a bare insert of the same rows
  sync       highlights of one book, and everything about the open book in one call
  export     the export of a very large account
  --quick    shorter rounds and fewer files: for a first look, too noisy to judge by
  --rounds   rounds of each contender (default 7, with --quick 3)
  --server   the built server to measure instead of this checkout's
  --node-options   for the Node that runs it, to profile it`;

/** Reads the command line. Throws an error whose message is for the person at the terminal. */
export function readPlan(parameters: readonly string[]): BenchPlan {
  const { values, positionals } = parseArgs({
    args: [...parameters],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      server: { type: 'string' },
      'node-options': { type: 'string', default: '' },
    },
  });
  const parts = positionals.map((word) => PARTS.find((part) => part === word) ?? unknownPart(word));
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number from 1.');
  return {
    parts: parts.length > 0 ? parts : PARTS,
    server: values.server,
    nodeOptions: values['node-options'].split(' ').filter(Boolean),
    rounds,
    roundSeconds: values.quick ? 0.7 : 2,
    warmUpRequests: values.quick ? 500 : 3_000,
    pageStats: values.quick ? 60_000 : 230_000,
    ingestRounds: Math.min(rounds, 5),
    scannedFiles: values.quick ? 200 : 1_000,
  };
}

function unknownPart(word: string): never {
  throw new Error(`There is no part "${word}"; choose from ${PARTS.join(' and ')}.`);
}
