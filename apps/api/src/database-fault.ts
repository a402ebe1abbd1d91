import { OperatorError } from './config/index.ts';

/** Of Node: the network says no. */
const UNREACHED = /^(ECONN|EHOST|ENET|ENOTFOUND|EAI_|ETIMEDOUT|EPIPE|EADDRNOTAVAIL|ENOENT)/;
/** Of Node: the certificate of the database is not believed, or the two cannot agree. */
const NOT_TRUSTED = /^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|HOSTNAME_MISMATCH)/;

/**
 * @param error Whatever opening or migrating the database of `DATABASE_URL` threw.
 * @returns What the operator can do about it; undefined when it is nothing an operator could mend.
 */
export function databaseFault(error: unknown, databaseUrl: string): OperatorError | undefined {
  const { code, message, syscall } = wordsOf(error);
  const whatToDo = adviceFor(code, message, syscall, databaseUrl);
  return whatToDo === undefined
    ? undefined
    : new OperatorError(`The database of DATABASE_URL cannot be used (${message || code}); ${whatToDo}.`);
}

function adviceFor(code: string, message: string, syscall: string, databaseUrl: string): string | undefined {
  // Insufficient privilege, and no schema a table could be made in: since Postgres 15 only the owner may in `public`.
  if (code === '42501' || code === '3F000') return `let its user make tables: ${grantsFor(databaseUrl, message)}`;
  if (code === '25006') return 'it takes no writes: give the address of the primary, not of a standby';
  if (/extension "\w+" is not available|extension control file/.test(message))
    return 'install the contributed modules of its Postgres (Debian: part of postgresql; elsewhere the package postgresql-contrib)';
  if (code === '53300') return 'it has no connection left: raise its max_connections, or stop what holds them';
  if (code === '57P03') return 'it is starting or stopping: try again in a moment';
  if (NOT_TRUSTED.test(code) || /SSL|TLS|certificate/.test(message)) return TLS_ADVICE;
  if (/^(28|3D000|08)/.test(code)) return USUAL_ADVICE;
  // A file that is missing has the same code as a socket that is.
  if (UNREACHED.test(code) && (code !== 'ENOENT' || syscall === 'connect')) return USUAL_ADVICE;
  if (/^Connection terminated|^timeout expired|^timeout exceeded|invalid response/.test(message))
    return 'check that a Postgres listens at its address and port, and that nothing between the two cuts the connection';
  return undefined;
}

const USUAL_ADVICE = 'check that it runs, and its address, user and password';
const TLS_ADVICE =
  'check its certificate: give ?sslrootcert=<file of its authority> to believe it, ?sslmode=no-verify to encrypt without checking, or ?sslmode=disable where the way to it is safe';

function grantsFor(databaseUrl: string, message: string): string {
  const url = URL.parse(databaseUrl);
  const [user, database] = [url?.username, url?.pathname.slice(1)].map((name) => quoted(decoded(name ?? '')));
  if (message.startsWith('must be owner'))
    return `the tables belong to another; give that one's name and password, or as superuser run REASSIGN OWNED BY <that one> TO ${user} in it`;
  return `as superuser run ALTER DATABASE ${database} OWNER TO ${user}, or in it GRANT CREATE ON DATABASE ${database} TO ${user} and GRANT CREATE, USAGE ON SCHEMA public TO ${user}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function wordsOf(error: unknown): { readonly code: string; readonly message: string; readonly syscall: string } {
  const said = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = (field: string) => (typeof said[field] === 'string' ? said[field] : '');
  return { code: text('code'), message: text('message'), syscall: text('syscall') };
}
