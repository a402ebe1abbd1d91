import { basename } from 'node:path';
import { isBookFileName } from '@bookorbit/book-files';
import { type FSWatcher, watch } from 'chokidar';

/** Watches a folder and what lies below it; tells that something about its books changed, but not what: the scan finds out. */
export class FolderWatch {
  private constructor(private readonly watcher: FSWatcher) {}

  /**
   * @param onChange Called once the watch stands, and then for each change, often many times in a row.
   * @param onProblem Called when changes may go unseen, such as when the system has no more watches to give.
   */
  static open(path: string, onChange: () => void, onProblem: (error: unknown) => void): FolderWatch {
    const watcher = watch(path, {
      ignoreInitial: true,
      followSymlinks: false,
      ignorePermissionErrors: true,
      // A watch for each folder, none for files: a folder's own watch tells of its files, too.
      ignored: (entry, stats) => stats?.isFile() === true || (entry !== path && isIgnoredName(basename(entry))),
    });
    watcher.on('raw', (_event, name) => {
      if (typeof name === 'string' && isBookFileName(basename(name))) onChange();
    });
    // What changed before the watch stood was seen by nobody.
    watcher.on('ready', onChange);
    watcher.on('addDir', onChange);
    watcher.on('unlinkDir', onChange);
    watcher.on('error', onProblem);
    return new FolderWatch(watcher);
  }

  async close(): Promise<void> {
    await this.watcher.close();
  }
}

function isIgnoredName(name: string): boolean {
  return name.startsWith('.') || name.endsWith('.sdr');
}
