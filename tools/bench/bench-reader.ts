import type { OurServer } from './our-server.ts';
import { signIn } from './web-api.ts';

/** A user with a device. */
export interface BenchReader {
  /** What the device proves itself with. */
  readonly headers: Readonly<Record<string, string>>;
  /** The login of their browser. */
  readonly cookie: string;
}

/** Makes a user of the library with a KOReader account and a downloaded device key. */
export async function openReader({ origin, api }: OurServer, name: string, libraryId: number): Promise<BenchReader> {
  const credentials = { username: name, password: 'a password of the benchmark' };
  await api.createUser({ ...credentials, permissions: ['koreader_sync'], libraryIds: [libraryId] });
  const own = await signIn(origin, credentials);
  const account = { username: `${name}-device`, password: 'bench password' };
  await own.createKoreaderAccount(account);
  return { headers: { 'x-auth-user': account.username, 'x-auth-key': await own.mintDeviceKey() }, cookie: own.cookie };
}
