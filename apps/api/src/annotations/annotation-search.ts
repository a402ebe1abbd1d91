import type { AnnotationFilter, AnnotationQuery, AnnotationSort } from '@bookorbit/contracts';
import { drawerFromStyle } from '@bookorbit/domain-annotations';
import { isStorableText, Refusal } from '../http/index.ts';
import { HAS_QUALITY } from './annotation-detail.ts';

/** Conditions of a WHERE clause, and the values of their placeholders. */
export interface Conditions {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** As the index has it, letter for letter. */
const WORDS = `lower(coalesce(a.text, '') || ' ' || coalesce(a.note, '') || ' ' || coalesce(a.chapter, ''))`;
const DAY = `(a.created_at AT TIME ZONE (SELECT time_zone FROM users WHERE id = $1))::date`;

/**
 * What a query finds, of annotations `a` in files `f`; `$1` is the user. Only what is asked for is in it, so that Postgres can plan by it.
 */
export function conditionsOf(userId: number, query: AnnotationFilter): Conditions {
  const values: unknown[] = [userId, query.kind ?? 'highlight'];
  const sql = [
    'a.user_id = $1',
    'a.kind = $2',
    `a.deleted_at IS ${query.state === 'trash' ? 'NOT NULL' : 'NULL'}`,
    'a.purged_at IS NULL',
  ];
  const add = (value: unknown, condition: (placeholder: string) => string) => {
    if (value === undefined) return;
    values.push(value);
    sql.push(condition(`$${values.length}`));
  };
  add(query.bookId, (id) => `f.book_id = ${id}`);
  add(query.fileId, (id) => `f.id = ${id}`);
  for (const word of (query.q ?? '').split(/\s+/).filter(Boolean)) {
    add(patternOf(word), (pattern) => `${WORDS} LIKE lower(${pattern})`);
  }
  add(query.color, (name) => `lower(a.color) = lower(${name})`);
  add(query.style && drawerFromStyle(query.style), (drawer) => `a.drawer = ${drawer}`);
  if (query.style !== undefined)
    sql.push(`coalesce(a.web_style, '') = '${query.style === 'squiggly' ? 'squiggly' : ''}'`);
  add(query.deviceId, (id) => `a.device_id = ${id}`);
  add(query.source, (source) => `a.source = ${source}`);
  if (query.hasNote !== undefined) sql.push(`coalesce(a.note, '') ${query.hasNote ? '<>' : '='} ''`);
  add(query.from, (day) => `${DAY} >= ${day}::date`);
  add(query.to, (day) => `${DAY} <= ${day}::date`);
  if (query.quality !== undefined) sql.push(HAS_QUALITY[query.quality]);
  return { sql: sql.join(' AND '), values };
}

/** Parts of a query that every list has. */
const ALWAYS: ReadonlySet<string> = new Set<keyof AnnotationQuery>([
  'kind',
  'state',
  'sort',
  'after',
  'offset',
  'limit',
]);

/** Whether every annotation has to be looked at for what a query asks. */
export function isNarrowed(query: AnnotationQuery): boolean {
  return Object.entries(query).some(([name, value]) => value !== undefined && !ALWAYS.has(name));
}

function patternOf(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}

type OrderValue = 'text' | 'int' | 'bigint' | 'time';

/** Whether the order needs the books `b` of annotations; else only those of the page are looked up. */
export function needsBooks(sort: AnnotationSort): boolean {
  return sort === 'page';
}

/** What a list is ordered by: expressions, all rising or all falling, of which the last tells any two annotations apart. */
interface Order {
  readonly by: readonly (readonly [expression: string, type: OrderValue])[];
  readonly isFalling?: boolean;
}

const LAST_PAGE = 2_147_483_647;
const MADE = ['a.created_at', 'time'] as const;
const ID = ['a.id', 'bigint'] as const;

const ORDERS: Readonly<Record<AnnotationSort, Order>> = {
  newest: { by: [MADE, ID], isFalling: true },
  oldest: { by: [MADE, ID] },
  updated: { by: [['a.updated_at', 'time'], ID], isFalling: true },
  page: {
    by: [['b.sort_title', 'text'], ['b.id', 'int'], [`coalesce(a.pageno, ${LAST_PAGE})`, 'int'], MADE, ID],
  },
  color: {
    by: [[`coalesce(a.web_color, lower(a.color), '')`, 'text'], [`-${microseconds('a.created_at')}`, 'bigint'], ID],
  },
};

export function orderBy(sort: AnnotationSort): string {
  const { by, isFalling } = ORDERS[sort];
  return by.map(([expression]) => `${expression}${isFalling ? ' DESC' : ''}`).join(', ');
}

/** The place of a row in the order, as text that goes round unchanged. */
export function placeInOrder(sort: AnnotationSort): string {
  const values = ORDERS[sort].by.map(([expression, type]) => (type === 'time' ? microseconds(expression) : expression));
  return `json_build_array(${values.map((value) => `(${value})::text`).join(', ')})`;
}

/** A condition for what comes after a place in the order, with its values from placeholder `first` on. */
export function comesAfter(sort: AnnotationSort, after: string | undefined, first: number): Conditions {
  if (after === undefined) return { sql: 'true', values: [] };
  const { by, isFalling } = ORDERS[sort];
  const values = valuesFromCursor(
    after,
    by.map(([, type]) => type),
  );
  const placeholders = by.map(([, type], n) => parameter(first + n, type));
  return {
    sql: `(${by.map(([expression]) => expression).join(', ')}) ${isFalling ? '<' : '>'} (${placeholders.join(', ')})`,
    values,
  };
}

/** @param place Of a row, as Postgres told it by {@link placeInOrder}. */
export function cursorFromPlace(place: readonly string[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function microseconds(time: string): string {
  return `(extract(epoch FROM ${time}) * 1000000)::bigint`;
}

function parameter(n: number, type: OrderValue): string {
  return type === 'time' ? `(timestamptz 'epoch' + $${n}::bigint * interval '1 microsecond')` : `$${n}::${type}`;
}

function valuesFromCursor(cursor: string, types: readonly OrderValue[]): readonly string[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(values) && values.length === types.length && types.every((type, n) => isOf(type, values[n]))) {
      return values as string[];
    }
  } catch {
    // Refused below, like anything else that is no cursor.
  }
  throw new Refusal('bad_request', 'after must be the next of the page before, with the same sort.', {
    field: 'after',
  });
}

function isOf(type: OrderValue, value: unknown): boolean {
  if (type === 'text') return isStorableText(value);
  const isInteger = typeof value === 'string' && /^-?\d{1,17}$/.test(value);
  return isInteger && (type !== 'int' || Math.abs(Number(value)) <= LAST_PAGE);
}
