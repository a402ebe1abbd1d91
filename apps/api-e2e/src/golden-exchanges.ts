import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(import.meta.dirname, '../../../libs/contracts/golden');

/** Where each of the golden exchanges goes, below `/api/v1/koreader/`. */
export const GOLDEN_ROUTES: Readonly<Record<string, { readonly method: string; readonly path: string }>> = {
  'match-check': { method: 'POST', path: 'plugin/match-check' },
  progress: { method: 'POST', path: 'plugin/progress' },
  'progress-pull': { method: 'GET', path: 'syncs/progress' },
  version: { method: 'GET', path: 'plugin/version' },
  package: { method: 'GET', path: 'plugin/package' },
  sync: { method: 'POST', path: 'plugin/sync' },
  sweeps: { method: 'POST', path: 'plugin/sweeps' },
  'page-stats': { method: 'POST', path: 'plugin/page-stats' },
  'book-states': { method: 'POST', path: 'plugin/book-states' },
  annotations: { method: 'POST', path: 'plugin/annotations' },
  'annotations-exchange': { method: 'POST', path: 'plugin/annotations/exchange' },
  'annotations-exchange-ack': { method: 'POST', path: 'plugin/annotations/exchange-ack' },
  'bookmarks-exchange': { method: 'POST', path: 'plugin/bookmarks/exchange' },
  'bookmarks-exchange-ack': { method: 'POST', path: 'plugin/bookmarks/exchange-ack' },
};

/** Fingerprint of the book the examples are about. */
const EXAMPLE_HASH = '62ddbb74c0f63d63210a052e5dc2241f';

export interface GoldenExchange {
  readonly name: string;
  readonly kind: 'ok' | 'refused';
  readonly route: string;
  readonly request: Record<string, unknown>;
  readonly response: Record<string, unknown>;
}

/** A book of the library that stands in for the one of the examples. */
interface StandIn {
  readonly hash: string;
  readonly contentSignature?: readonly string[];
}

/** @returns All of a kind. What is unknown must be asked for before other examples report it, so that comes first. */
export function goldenExchanges(kind: 'ok' | 'refused'): GoldenExchange[] {
  const routes = readdirSync(join(GOLDEN, kind)).sort(
    (a, b) => Number(b === 'progress-pull') - Number(a === 'progress-pull'),
  );
  return routes.flatMap((route) =>
    readdirSync(join(GOLDEN, kind, route))
      .filter((file) => file.endsWith('.request.json'))
      .map((file) => {
        const read = (name: string) =>
          JSON.parse(readFileSync(join(GOLDEN, kind, route, name), 'utf8')) as Record<string, unknown>;
        const [name = ''] = file.split('.');
        return { name: `${route}/${name}`, kind, route, request: read(file), response: read(`${name}.response.json`) };
      }),
  );
}

/** @returns What an example sends, about another book. */
export function requestAbout(book: StandIn, { request }: Pick<GoldenExchange, 'request'>): Record<string, unknown> {
  const text = JSON.stringify(request, (field, value: unknown) =>
    field === 'contentSignature' ? book.contentSignature : value,
  );
  return JSON.parse(text.replaceAll(EXAMPLE_HASH, book.hash)) as Record<string, unknown>;
}

/** @returns What was answered about another book, as if it were that of the examples. */
export function answerAsInExample(book: StandIn, text: string): Record<string, unknown> {
  return JSON.parse(text.replaceAll(book.hash, EXAMPLE_HASH)) as Record<string, unknown>;
}
