import { Injectable } from '@nestjs/common';
import JSZip from 'jszip';
import { KoreaderAccounts } from '../auth/index.ts';
import { luaString } from './lua-string.ts';
import { type PluginFiles, PluginSource, PRESET_PATH } from './plugin-source.ts';

const FOLDER = 'bookorbit.koplugin';
/** The same files make the same zip, whenever it is made; KOReader asks for nothing of this date. */
const ZIP_DATE = new Date('2026-01-01T00:00:00Z');

/** What the plugin finds at its first start, so that nothing is typed on the device. */
export interface Preset {
  /** The server as the device reaches it, without a trailing slash. */
  readonly origin: string;
  readonly username: string;
  /** A device key. */
  readonly userkey: string;
}

/** Packs the plugin: for a user's download with their account in it, for a device's self-update without. */
@Injectable()
export class PackagePlugin {
  private plain?: { readonly digest: string; readonly zip: Promise<Buffer> };

  constructor(
    private readonly source: PluginSource,
    private readonly accounts: KoreaderAccounts,
  ) {}

  /** Mints a device key for this download. */
  async forUser(userId: number, origin: string): Promise<Buffer> {
    // Read first: no key is minted for a download that fails.
    const plugin = await this.source.read();
    const { username, key } = await this.accounts.mintDeviceKey(userId);
    return zipOf(plugin, { origin, username, userkey: key });
  }

  async forUpdate(): Promise<Buffer> {
    const plugin = await this.source.read();
    if (this.plain?.digest !== plugin.digest) this.plain = { digest: plugin.digest, zip: zipOf(plugin) };
    return this.plain.zip;
  }
}

function zipOf(plugin: PluginFiles, preset?: Preset): Promise<Buffer> {
  const zip = new JSZip();
  const add = (path: string, content: Buffer | string) =>
    zip.file(`${FOLDER}/${path}`, content, { date: ZIP_DATE, createFolders: false });
  for (const { path, content } of plugin.files) add(path, content);
  if (preset) add(PRESET_PATH, presetLua(preset));
  return zip.generateAsync({ type: 'nodebuffer', compression: 'DEFLATE', platform: 'UNIX' });
}

function presetLua({ origin, username, userkey }: Preset): string {
  return [
    '-- Written by BookOrbit for this download. Whoever has the key may sync as you: revoke it in BookOrbit if the device is lost.',
    'return {',
    `    origin = ${luaString(origin)},`,
    `    username = ${luaString(username)},`,
    `    userkey = ${luaString(userkey)},`,
    '}',
    '',
  ].join('\n');
}
