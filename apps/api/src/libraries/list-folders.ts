import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, parse, resolve } from 'node:path';
import type { FolderListing } from '@bookorbit/contracts';
import { Refusal } from '../http/index.ts';
import { folderProblem } from './check-folders.ts';

/** More nobody reads; whoever has more types the path. */
const MOST_FOLDERS = 1_000;

/** Folders within a folder of the server, for somebody who chooses one. Hidden ones and files are left out. */
export async function listFolders(path = parse(process.cwd()).root): Promise<FolderListing> {
  if (!isAbsolute(path)) throw new Refusal('bad_request', `“${path}” is no absolute path.`);
  const folder = resolve(path);
  const names = await folderNames(folder);
  const parent = dirname(folder);
  return {
    path: folder,
    ...(parent !== folder && { parent }),
    folders: names.sort((a, b) => a.localeCompare(b)).map((name) => ({ name, path: join(folder, name) })),
  };
}

async function folderNames(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      if (names.length >= MOST_FOLDERS) break;
      // A name that is no text could not be sent back.
      if (entry.name.startsWith('.') || entry.name.includes('\uFFFD')) continue;
      const isFolder =
        entry.isDirectory() || (entry.isSymbolicLink() && (await leadsToFolder(join(folder, entry.name))));
      if (isFolder) names.push(entry.name);
    }
  } catch (error) {
    throw new Refusal('folder_unreadable', folderProblem(folder, error));
  }
  return names;
}

async function leadsToFolder(link: string): Promise<boolean> {
  try {
    return (await stat(await realpath(link))).isDirectory();
  } catch {
    return false;
  }
}
