import type { AnnotationQuery, AnnotationSort } from '@bookorbit/contracts';
import { drawerFromStyle } from '@bookorbit/domain-annotations';
import { isStorableText, Refusal } from '../http/index.ts';
import { QUALITY } from './annotation-detail.ts';

/** What a query finds. Placeholders are those of {@link searchValues}; needs `DETAIL_FROM`. */
export const MATCHES = `a.user_id = $1
  AND ($2::int IS NULL OR b.id = $2) AND ($3::int IS NULL OR f.id = $3) AND a.kind = $4
  AND NOT EXISTS (SELECT 1 FROM unnest($5::text[]) AS word WHERE position(lower(word) IN lower(concat_ws(' ', a.text, a.note, a.chapter))) = 0)
  AND ($6::text IS NULL OR lower(a.color) = lower($6))
  AND ($7::text IS NULL OR (a.drawer = $7 AND coalesce(a.web_style, '') = $8))
  AND ($9::text IS NULL OR a.device_id = $9) AND ($10::text IS NULL OR a.source = $10)
  AND ($11::boolean IS NULL OR (coalesce(a.note, '') <> '') = $11)
  AND (a.deleted_at IS NOT NULL) = $12
  AND ($13::date IS NULL OR (a.created_at AT TIME ZONE (SELECT time_zone FROM users WHERE id = $1))::date >= $13)
  AND ($14::date IS NULL OR (a.created_at AT TIME ZONE (SELECT time_zone FROM users WHERE id = $1))::date <= $14)
  AND ($15::text IS NULL OR (${QUALITY}) = $15)`;

export function searchValues(userId: number, query: AnnotationQuery): unknown[] {
  const { style } = query;
  return [
    userId,
    query.bookId ?? null,
    query.fileId ?? null,
    query.kind ?? 'highlight',
    (query.q ?? '').split(/\s+/).filter((word) => word !== ''),
    query.color ?? null,
    style === undefined ? null : drawerFromStyle(style),
    style === 'squiggly' ? style : '',
    query.deviceId ?? null,
    query.source ?? null,
    query.hasNote ?? null,
    query.state === 'trash',
    query.from ?? null,
    query.to ?? null,
    query.quality ?? null,
  ];
}

type OrderValue = 'text' | 'int' | 'bigint' | 'time';

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
export function comesAfter(
  sort: AnnotationSort,
  after: string | undefined,
  first: number,
): { readonly condition: string; readonly values: readonly string[] } {
  if (after === undefined) return { condition: 'true', values: [] };
  const { by, isFalling } = ORDERS[sort];
  const values = valuesFromCursor(
    after,
    by.map(([, type]) => type),
  );
  const placeholders = by.map(([, type], n) => parameter(first + n, type));
  return {
    condition: `(${by.map(([expression]) => expression).join(', ')}) ${isFalling ? '<' : '>'} (${placeholders.join(', ')})`,
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
