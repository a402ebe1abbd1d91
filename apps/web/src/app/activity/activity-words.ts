import type { SyncCounts, SyncKind, SyncOutcome } from '@bookorbit/contracts';

/** What an entry can be looked for by. */
export const OUTCOME_LABELS: Readonly<Record<SyncOutcome, string>> = {
  came: $localize`Something came in`,
  went: $localize`Something went out`,
  refused: $localize`Something was refused`,
};

/** What a device asked for, by its route. */
export function sayExchange(exchange: string): string {
  return EXCHANGES[exchange] ?? exchange;
}

const EXCHANGES: Readonly<Record<string, string>> = {
  sync: $localize`Sync`,
  kosync: $localize`Progress sync`,
  progress: $localize`Progress`,
  'page-stats': $localize`Reading time`,
  annotations: $localize`Highlights`,
  'annotations/exchange': $localize`Highlights`,
  'annotations/exchange-ack': $localize`Highlights taken over`,
  'bookmarks/exchange': $localize`Bookmarks`,
  'bookmarks/exchange-ack': $localize`Bookmarks taken over`,
  'book-states': $localize`Status and rating`,
  sweeps: $localize`Full sweep`,
};

/** Counts as words, such as “2 places, 14 highlights”; books are named elsewhere. Undefined when there is nothing to say. */
export function sayCounts(counts: SyncCounts): string | undefined {
  const said = KINDS.flatMap((kind) => {
    const count = counts[kind] ?? 0;
    return count === 0 ? [] : [sayCount(kind, count)];
  });
  return said.length === 0 ? undefined : new Intl.ListFormat(undefined, { type: 'unit' }).format(said);
}

const KINDS = [
  'places',
  'pageStats',
  'states',
  'annotations',
  'bookmarks',
  'deletes',
  'acks',
] as const satisfies SyncKind[];
const PLURAL = new Intl.PluralRules();

function sayCount(kind: (typeof KINDS)[number], count: number): string {
  const number = new Intl.NumberFormat().format(count);
  const isOne = PLURAL.select(count) === 'one';
  switch (kind) {
    case 'places':
      return isOne ? $localize`${number}:count: place` : $localize`${number}:count: places`;
    case 'pageStats':
      return isOne ? $localize`${number}:count: page turn` : $localize`${number}:count: page turns`;
    case 'states':
      return isOne ? $localize`${number}:count: status or rating` : $localize`${number}:count: statuses or ratings`;
    case 'annotations':
      return isOne ? $localize`${number}:count: highlight` : $localize`${number}:count: highlights`;
    case 'bookmarks':
      return isOne ? $localize`${number}:count: bookmark` : $localize`${number}:count: bookmarks`;
    case 'deletes':
      return isOne ? $localize`${number}:count: deletion` : $localize`${number}:count: deletions`;
    case 'acks':
      return isOne ? $localize`${number}:count: receipt` : $localize`${number}:count: receipts`;
  }
}
