import type { NamedFile } from '../api/index.ts';

/** Files chosen in a dialog; those out of a folder with their path in it. */
export function chosenFiles(files: FileList | null): NamedFile[] {
  return [...(files ?? [])].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
}

/** Files that were dropped, and all files in dropped folders, each with its path: which book a sidecar is of is in there. */
export async function droppedFiles(data: DataTransfer | null): Promise<NamedFile[]> {
  // The entries have to be taken before the first await: after it the browser has closed the drop.
  const entries = [...(data?.items ?? [])].flatMap((item) => item.webkitGetAsEntry?.() ?? []);
  if (entries.length === 0) return chosenFiles(data?.files ?? null);
  return (await Promise.all(entries.map((entry) => filesIn(entry)))).flat();
}

async function filesIn(entry: FileSystemEntry): Promise<NamedFile[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, failed) => (entry as FileSystemFileEntry).file(done, failed));
    return [{ file, name: entry.fullPath.replace(/^\//, '') }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: NamedFile[] = [];
  for (;;) {
    // A folder is told in parts, until one is empty.
    const part = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (part.length === 0) return files;
    for (const each of part) files.push(...(await filesIn(each)));
  }
}
