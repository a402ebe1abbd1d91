import type { ServerUrl } from '@bookorbit/contracts';

const KOREADER_PATH = /\/api\/v1\/koreader\/?$/;

/** An address of this server for devices, and how far it carries. */
export interface ServerAddress {
  readonly url: string;
  readonly reach: ServerUrl['reach'];
}

/** What to say of an address beside it. */
export const REACH_NAMES: Readonly<Record<ServerUrl['reach'], string>> = {
  public: $localize`Public`,
  lan: $localize`Your network`,
  loopback: $localize`Only this computer`,
};

/** Every address there is, those a device can reach before one it cannot. */
export function addressesOf(serverUrl: ServerUrl): readonly ServerAddress[] {
  const own: ServerAddress = { url: serverUrl.url, reach: serverUrl.reach };
  const others = serverUrl.alternatives.map((url): ServerAddress => ({ url, reach: 'lan' }));
  return own.reach === 'loopback' ? [...others, own] : [own, ...others];
}

/** The first of the addresses, which is the best a device can have. */
export function bestAddress(addresses: readonly ServerAddress[]): ServerAddress {
  return addresses[0] ?? { url: '', reach: 'loopback' };
}

/** The server's address without the path devices use: what the plugin is given. */
export function originOf(url: string): string {
  return url.replace(KOREADER_PATH, '');
}
