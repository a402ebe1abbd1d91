import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for the files one suite makes; it goes when the suite ends. */
export function temporaryBooks(): { readonly write: (name: string, bytes: string | Uint8Array) => Promise<string> } {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'book-files-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  return {
    /** Writes one file; answers its path. */
    write: async (name, bytes) => {
      const path = join(folder, name);
      await writeFile(path, bytes);
      return path;
    },
  };
}
