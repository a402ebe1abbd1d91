import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Refusal } from '../http/index.ts';

/** Folder of the plugin in a checkout, seen from the built server and from its source alike. */
const OWN_PLUGIN = join(import.meta.dirname, '../../../../koreader-plugin/bookorbit.koplugin');
/** What the packager writes; never taken from the source. */
export const PRESET_PATH = 'bookorbit/preset.lua';
const MOST_FILES = 1000;
const MOST_BYTES = 20 * 1024 * 1024;

export interface PluginFile {
  /** Below the plugin's folder, with `/`. */
  readonly path: string;
  readonly content: Buffer;
  readonly sha256: string;
}

/** The plugin as it lies on the server. */
export interface PluginFiles {
  readonly version: string;
  /** By path. */
  readonly files: readonly PluginFile[];
  /** Changes with any file. */
  readonly digest: string;
}

/** Reads the plugin's source folder, again whenever a file in it changes. */
@Injectable()
export class PluginSource {
  private cached?: { readonly stamp: string; readonly plugin: PluginFiles };

  constructor(@Inject(ENVIRONMENT) private readonly environment: Environment) {}

  /** @throws Refusal `plugin_source_missing`, naming the setting to change. */
  async read(): Promise<PluginFiles> {
    const folder = this.environment.koreaderPluginPath ?? OWN_PLUGIN;
    try {
      const listed = await listFiles(folder);
      const stamp = listed.map(({ path, size, mtimeMs }) => `${path}:${size}:${mtimeMs}`).join('\n');
      if (this.cached?.stamp !== stamp) this.cached = { stamp, plugin: await readPlugin(folder, listed) };
      return this.cached.plugin;
    } catch (error) {
      const reason = error instanceof PluginFault ? error.message : 'it cannot be read';
      throw new Refusal(
        'plugin_source_missing',
        `The plugin's source in ${folder} is of no use (${reason}); set KOREADER_PLUGIN_PATH on the server to the folder bookorbit.koplugin.`,
      );
    }
  }
}

class PluginFault extends Error {}

interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
}

async function listFiles(folder: string): Promise<ListedFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== PRESET_PATH && !path.split('/').some((part) => part.startsWith('.')))
    .sort();
  if (!paths.includes('main.lua') || !paths.includes('_meta.lua'))
    throw new PluginFault('main.lua or _meta.lua is missing');
  if (paths.length > MOST_FILES) throw new PluginFault('it holds too many files');
  const listed = await Promise.all(
    paths.map(async (path) => {
      const { size, mtimeMs } = await stat(join(folder, path));
      return { path, size, mtimeMs };
    }),
  );
  if (listed.reduce((sum, { size }) => sum + size, 0) > MOST_BYTES) throw new PluginFault('it is too large');
  return listed;
}

async function readPlugin(folder: string, listed: readonly ListedFile[]): Promise<PluginFiles> {
  const files = await Promise.all(
    listed.map(async ({ path }) => {
      const content = await readFile(join(folder, path));
      return { path, content, sha256: createHash('sha256').update(content).digest('hex') };
    }),
  );
  const meta = files.find(({ path }) => path === '_meta.lua')?.content.toString('utf8') ?? '';
  const version = /^\s*version\s*=\s*["']([^"']{1,20})["']/m.exec(meta)?.[1];
  if (version === undefined) throw new PluginFault('_meta.lua names no version');
  const digest = createHash('sha256')
    .update(files.map(({ path, sha256 }) => `${path} ${sha256}`).join('\n'))
    .digest('hex');
  return { version, files, digest };
}
