import { constants } from 'node:fs';
import { access, opendir } from 'node:fs/promises';
import { isAbsolute, resolve, sep } from 'node:path';
import { Refusal } from '../http/index.ts';

/**
 * Folders as a library keeps them: absolute, without a trailing slash, each once.
 *
 * @param known Folders that are the library's already: they may be unreachable just now.
 * @throws Refusal when one cannot be a folder of a library.
 */
export async function checkFolders(paths: readonly string[], known: readonly string[] = []): Promise<string[]> {
  for (const path of paths) {
    if (!isAbsolute(path))
      throw new Refusal('bad_request', `“${path}” is no absolute path: choose a folder that begins with ${sep}.`);
  }
  const folders = [...new Set(paths.map((path) => resolve(path)))];
  for (const folder of folders) {
    const outer = folders.find((other) => other !== folder && isBelow(folder, other));
    if (outer !== undefined) {
      throw new Refusal(
        'bad_request',
        `“${folder}” lies in “${outer}”, so its books are in the library already: leave it out.`,
      );
    }
    if (!known.includes(folder)) await checkReadable(folder);
  }
  return folders;
}

/** Whether one absolute path lies in another. */
export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

async function checkReadable(folder: string): Promise<void> {
  try {
    await access(folder, constants.R_OK | constants.X_OK);
    await (await opendir(folder)).close();
  } catch (error) {
    throw new Refusal('folder_unreadable', folderProblem(folder, error));
  }
}

/** One sentence on why a folder cannot be opened. */
export function folderProblem(folder: string, error: unknown): string {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return `There is no folder “${folder}” on the server: check its name and whether its drive is mounted.`;
    case 'ENOTDIR':
      return `“${folder}” is no folder: choose the folder that holds the books.`;
    case 'EACCES':
    case 'EPERM':
      return `The server may not open “${folder}”: let the server's user read it.`;
    case 'ENAMETOOLONG':
      return `The path of the folder is too long for the server's file system.`;
    default:
      return `The server cannot open “${folder}”: check the drive.`;
  }
}
