import { brotliCompressSync, gzipSync } from 'node:zlib';

/** Numbers from 0 (inclusive) to 1 that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function nested(depth: number, inner: unknown): unknown {
  return depth === 0 ? inner : [nested(depth - 1, inner)];
}

/** Values no field expects, or that have tripped other servers. */
export const BAD_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  2 ** 53,
  -0,
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  'x\udc00y',
  '\u202e\u0007',
  '💩'.repeat(400),
  'x'.repeat(20_000),
  '../../etc/passwd',
  '2026-99-99 99:99:99',
  'NaN',
  '%00',
  [],
  [null],
  [[]],
  [{}, 'x', 1],
  Array.from({ length: 1200 }, (_, n) => n),
  nested(25, 'deep'),
  {},
  { constructor: 1 },
  { constructor: { prototype: 1 } },
  JSON.parse('{"__proto__": {"isAdmin": true}}'),
  { toString: 1, valueOf: null, hasOwnProperty: 'x', then: {} },
  { length: 3, 0: 'a' },
  Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, n])),
];

/** A copy of `body` with one value in it, or a whole field, replaced by something bad. */
export function damaged(body: unknown, random: () => number): unknown {
  const bad = BAD_VALUES[Math.floor(random() * BAD_VALUES.length)];
  if (typeof body !== 'object' || body === null) return bad;
  const keys = Object.keys(body);
  if (keys.length === 0 || random() < 0.1) return Array.isArray(body) ? [bad] : { ...body, surprise: bad };
  const key = keys[Math.floor(random() * keys.length)] ?? '';
  const copy = structuredClone(body) as Record<string, unknown>;
  const goDeeper = typeof copy[key] === 'object' && random() < 0.7;
  if (!goDeeper && random() < 0.15) delete copy[key];
  else copy[key] = goDeeper ? damaged(copy[key], random) : bad;
  return copy;
}

/** Two copies of a body: one with `null` in a field, one without the field. */
export interface Nulled {
  /** Its path: `books[0].hash`. */
  readonly field: string;
  readonly withNull: unknown;
  readonly without: unknown;
}

/** @returns Copies for each field of each object in a body. */
export function withoutEachField(body: object): Nulled[] {
  return Object.entries(body).flatMap(([key, value]: [string, unknown]) => {
    const field = Array.isArray(body) ? `[${key}]` : `.${key}`;
    const put = (inner: unknown): unknown =>
      Array.isArray(body) ? body.with(Number(key), inner) : { ...body, [key]: inner };
    const deeper = typeof value === 'object' && value !== null ? withoutEachField(value) : [];
    const own = { field, withNull: put(null), without: Array.isArray(body) ? put(null) : put(undefined) };
    return [
      own,
      ...deeper.map((inner) => ({
        ...{ field: `${field}${inner.field}`, withNull: put(inner.withNull), without: put(inner.without) },
      })),
    ];
  });
}

/** A body as bytes, with the headers that come with it. */
export interface BadBody {
  readonly name: string;
  readonly body: Buffer | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes long to unpack or to read. */
  readonly isHeavy?: boolean;
}

const json = { 'content-type': 'application/json' };
const gzip = { ...json, 'content-encoding': 'gzip' };

/** Bodies that are no UTF-8 JSON object whatever the route: each must be refused. */
export function badBodies(valid: object): BadBody[] {
  const text = JSON.stringify({ ...valid, padding: 'ünïcode' });
  const deep = '['.repeat(200_000);
  return [
    { name: 'truncated JSON', body: text.slice(0, -3), headers: json },
    { name: 'an open string', body: '{"a": "', headers: json },
    { name: 'an array', body: `[${text}]`, headers: json },
    { name: 'a number', body: '17', headers: json },
    { name: 'null', body: 'null', headers: json },
    { name: 'a string', body: '"text"', headers: json },
    { name: 'two objects', body: `${text}${text}`, headers: json },
    { name: 'bad escapes', body: '{"a": "\\x"}', headers: json },
    { name: 'a form', body: 'username=a&password=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    {
      name: 'multipart',
      body: '--x\r\n\r\nhello\r\n--x--',
      headers: { 'content-type': 'multipart/form-data; boundary=x' },
    },
    { isHeavy: true, name: 'a hundred thousand brackets', body: deep, headers: json },
    { isHeavy: true, name: 'deep objects', body: `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`, headers: json },
    {
      isHeavy: true,
      name: 'deep JSON in UTF-16',
      body: Buffer.from(`{"a":"\u2222","b":${'['.repeat(9000)}${']'.repeat(9000)}}`, 'utf16le'),
      headers: { 'content-type': 'application/json; charset=utf-16le' },
    },
    { name: 'UTF-16 without saying so', body: Buffer.from(text, 'utf16le'), headers: json },
    {
      name: 'bytes that are no UTF-8',
      body: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xc0, 0x80, 0x22, 0x7d]),
      headers: json,
    },
    {
      name: 'an encoded surrogate',
      body: Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d]),
      headers: json,
    },
    { name: 'raw NUL bytes', body: Buffer.from('{"a":"\0"}'), headers: json },
    { name: 'an unknown charset', body: text, headers: { 'content-type': 'application/json; charset=klingon' } },
    { name: 'a half content type', body: '{', headers: { 'content-type': 'application/json; charset="' } },
    { name: 'gzip that is none', body: text, headers: gzip },
    { name: 'half a gzip', body: gzipSync(text).subarray(0, 20), headers: gzip },
    { isHeavy: true, name: 'a gzip bomb', body: gzipSync(Buffer.alloc(12 * 1024 * 1024, 0x20)), headers: gzip },
    {
      isHeavy: true,
      name: 'a brotli bomb',
      body: brotliCompressSync(Buffer.alloc(12 * 1024 * 1024, 0x20)),
      headers: { ...json, 'content-encoding': 'br' },
    },
    { name: 'an unknown encoding', body: text, headers: { ...json, 'content-encoding': 'rot13' } },
  ];
}

/** What may stand where an id is expected, percent-encoded as it is sent. */
export const BAD_PATH_PARTS: readonly string[] = [
  '%',
  '%zz',
  '%00',
  '%ff',
  '%ed%a0%80',
  '..%2f..%2fetc%2fpasswd',
  '0',
  '-1',
  '1e3',
  '1.5',
  'NaN',
  '2147483648',
  '9007199254740993',
  "1'--",
  '%20',
  '%EF%BC%91',
  'x'.repeat(3000),
  '__proto__',
  '%E2%80%AE',
  '%0d%0aSet-Cookie:x=1',
];

export const BAD_QUERIES: readonly string[] = [
  'q=%00',
  'q=%ff%fe',
  'q=%ED%A0%80',
  'q=%',
  'limit=-1',
  'limit=1e9',
  'limit=NaN',
  'offset=99999999999999999999',
  'offset=-1',
  'libraryId=0',
  'libraryId=x',
  'sort=__proto__',
  'sort=constructor',
  'order=sideways',
  'only=everything',
  'q[]=1',
  'q=a&q=b',
  `q=${'x'.repeat(5000)}`,
  'path=%00',
  'path=relative',
  'path=/no/such/folder',
  `path=/${'x'.repeat(5000)}`,
  'edge=-5',
  'edge=1e9',
  'v=x',
  '__proto__[x]=1',
  'toString=1',
  '&&&===',
];

export const BAD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { cookie: 'bookorbit_login=%E0%A4%A' },
  { cookie: ';;;=;bookorbit_login' },
  { cookie: `bookorbit_login=${'x'.repeat(4000)}` },
  { authorization: 'Basic !!!!' },
  { authorization: `Basic ${Buffer.from('no colon').toString('base64')}` },
  { authorization: `Basic ${Buffer.from('a\0b:c\0d').toString('base64')}` },
  { authorization: `Basic ${Buffer.from([0xff, 0xfe, 0x3a, 0xff]).toString('base64')}` },
  { authorization: 'Bearer x' },
  { 'x-auth-user': '\xff\xfe', 'x-auth-key': 'k' },
  { 'x-auth-user': '', 'x-auth-key': '' },
  { 'x-auth-user': 'x'.repeat(8000), 'x-auth-key': 'f'.repeat(32) },
  { range: 'bytes=-' },
  { range: 'bytes=9-1,5-,x' },
  { 'if-none-match': '"'.repeat(100) },
  { 'accept-encoding': 'gzip;q=nan, *;q=-1' },
  { accept: 'nonsense' },
  { host: 'a b/c?d' },
  { origin: 'null' },
  { origin: 'http://[', 'sec-fetch-site': 'cross-site' },
  { 'x-forwarded-for': 'x, y, z', 'x-forwarded-host': '<script>', 'x-forwarded-proto': 'gopher' },
];
