import { existsSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { delimiter, resolve } from 'node:path';
import { LIMITS, USER_NAME_FORMS } from '@bookorbit/contracts';
import { OperatorError } from './operator-error.ts';

/** The server's settings, read once at start from environment variables. `docs/operating.md` lists them. */
export interface Environment {
  /** TCP port of API and web app. */
  readonly port: number;
  /** Absolute folder for the embedded database, covers and locks. */
  readonly dataDir: string;
  /** Absent: an embedded Postgres of the data directory is used. */
  readonly databaseUrl?: string;
  /** Origin under which people and devices reach the server: no path, no trailing slash. Absent: taken from each request. */
  readonly publicUrl?: string;
  /** Folder of the plugin's source; absent: the one of this checkout. */
  readonly koreaderPluginPath?: string;
  /** Addresses or networks of reverse proxies whose forwarded headers are believed. */
  readonly trustedProxies: readonly string[];
  /** Makes the first admin without the set-up page. */
  readonly admin?: { readonly username: string; readonly password: string };
  /** Absolute folders, each of which becomes a library at the first start. */
  readonly libraryPaths: readonly string[];
  /** Days deleted annotations stay in the trash; 0: for ever. */
  readonly trashDays: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Reads the environment.
 *
 * @throws OperatorError naming every fault at once, one a line.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const faults: string[] = [];
  const value = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const environment: Environment = {
    port: readPort(value('PORT'), faults),
    dataDir: resolve(value('DATA_DIR') ?? './data'),
    databaseUrl: readDatabaseUrl(value('DATABASE_URL'), faults),
    publicUrl: readPublicUrl(value('PUBLIC_URL'), faults),
    koreaderPluginPath: value('KOREADER_PLUGIN_PATH') && resolve(value('KOREADER_PLUGIN_PATH') ?? ''),
    trustedProxies: readTrustedProxies(value('TRUSTED_PROXIES'), faults),
    admin: readAdmin(value('ADMIN_USERNAME'), variables['ADMIN_PASSWORD'] || undefined, faults),
    libraryPaths: readLibraryPaths(value('LIBRARY_PATHS'), faults),
    trashDays: readTrashDays(value('TRASH_DAYS'), faults),
    logLevel: readLogLevel(value('LOG_LEVEL'), faults),
  };
  if (faults.length > 0) {
    throw new OperatorError(
      `The settings have ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`,
    );
  }
  return environment;
}

function readPort(text: string | undefined, faults: string[]): number {
  if (text === undefined) return 3000;
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 0 && port <= 65_535) return port;
  faults.push(`PORT is "${text}"; give a number from 0 (any free port) to 65535.`);
  return 3000;
}

const USUAL_TRASH_DAYS = 30;
const MOST_TRASH_DAYS = 36_500;

function readTrashDays(text: string | undefined, faults: string[]): number {
  if (text === undefined) return USUAL_TRASH_DAYS;
  if (/^\d+$/.test(text) && Number(text) <= MOST_TRASH_DAYS) return Number(text);
  faults.push(`TRASH_DAYS is "${text}"; give a number of days, or 0 to keep deleted highlights for ever.`);
  return USUAL_TRASH_DAYS;
}

function readDatabaseUrl(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') return text;
  faults.push(
    'DATABASE_URL is not a Postgres address; give postgres://user:password@host:5432/database, or leave it out for the embedded database.',
  );
  return undefined;
}

function readPublicUrl(text: string | undefined, faults: string[]): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.parse(text);
  if ((url?.protocol === 'http:' || url?.protocol === 'https:') && !url.search && !url.hash && !url.username) {
    if (/^\/*$/.test(url.pathname)) return url.origin;
    faults.push(
      `PUBLIC_URL is "${text}"; give an address without a path, such as ${url.origin}: the web app is served at the root of a host alone.`,
    );
    return undefined;
  }
  faults.push(`PUBLIC_URL is "${text}"; give the address people open, such as https://books.example.com.`);
  return undefined;
}

/** Names understood besides addresses and networks, as Express knows them. */
const PROXY_NAMES = ['loopback', 'linklocal', 'uniquelocal'];

function readTrustedProxies(text: string | undefined, faults: string[]): string[] {
  const proxies = (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/');
    const isNetwork =
      isIP(address) !== 0 &&
      (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= (isIP(address) === 4 ? 32 : 128)));
    if (!isNetwork && !PROXY_NAMES.includes(proxy)) {
      faults.push(
        `TRUSTED_PROXIES holds "${proxy}"; give addresses or networks such as 10.0.0.0/8, separated by commas.`,
      );
    }
  }
  return proxies;
}

function readAdmin(username: string | undefined, password: string | undefined, faults: string[]): Environment['admin'] {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    faults.push(`${username === undefined ? 'ADMIN_USERNAME' : 'ADMIN_PASSWORD'} is missing; give both or neither.`);
    return undefined;
  }
  const { min, max } = LIMITS.userPasswordLength;
  if (password.length < min || password.length > max) {
    faults.push(`ADMIN_PASSWORD has ${password.length} characters; give ${min} to ${max}.`);
  }
  if (username.length > LIMITS.userNameLength.max) {
    faults.push(`ADMIN_USERNAME has ${username.length} characters; give at most ${LIMITS.userNameLength.max}.`);
  }
  const broken = USER_NAME_FORMS.find(({ pattern }) => !pattern.test(username));
  if (broken) faults.push(`ADMIN_USERNAME is no name for a user: ${broken.message}`);
  return { username, password };
}

function readLibraryPaths(text: string | undefined, faults: string[]): string[] {
  const paths = (text ?? '')
    .split(delimiter)
    .map((path) => path.trim())
    .filter(Boolean)
    .map((path) => resolve(path));
  for (const path of paths) {
    if (!existsSync(path) || !statSync(path).isDirectory()) {
      faults.push(`LIBRARY_PATHS names ${path}, which is no folder; create it or correct the path.`);
    }
  }
  return paths;
}

function readLogLevel(text: string | undefined, faults: string[]): Environment['logLevel'] {
  const level = LOG_LEVELS.find((known) => known === (text ?? 'info'));
  if (level === undefined) faults.push(`LOG_LEVEL is "${text}"; give one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}
