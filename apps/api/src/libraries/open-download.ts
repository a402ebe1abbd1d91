import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Injectable } from '@nestjs/common';
import type { BookFormat } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { Refusal } from '../http/index.ts';
import { accessibleFiles } from './accessible-files.ts';
import { absolutePath, type FilePlace, isInside } from './read-file.ts';
import { RereadFile } from './reread-file.ts';
import { fileStatOf, isAbsence } from './walk-folder.ts';

/** A file open to be sent; whoever asked for it closes it. */
export interface Download {
  readonly handle: FileHandle;
  readonly name: string;
  readonly format: BookFormat;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
  /** Strong: other bytes have another tag. */
  readonly tag: string;
}

interface DownloadRow extends FilePlace {
  readonly libraryId: number;
  readonly name: string;
  readonly format: BookFormat;
  readonly size: number;
  readonly mtimeMs: number;
  readonly fingerprint: string | null;
  readonly isMissing: boolean;
}

/** Opens a file for download. A device that opens the downloaded bytes is recognised: their fingerprint is on record before they are sent. */
@Injectable()
export class OpenDownload {
  constructor(
    private readonly dataSource: DataSource,
    private readonly reread: RereadFile,
  ) {}

  /** @throws Refusal when there is no such file, the user may not see it, or it is not on disk now. */
  async run(userId: number, fileId: number): Promise<Download> {
    const download = await this.openAsKnown(userId, fileId);
    if (download) return download;
    const row = await this.find(userId, fileId);
    const look = await this.reread.run(row);
    if (look === 'absent') throw notOnDisk();
    if (look === 'unreadable')
      throw new Refusal('unavailable', 'The server cannot read the file just now; ask an admin to check it.');
    const again = look === 'read' ? await this.openAsKnown(userId, fileId) : undefined;
    if (!again) throw new Refusal('conflict', 'The file is being changed just now; try again in a moment.');
    return again;
  }

  /** Undefined when the file on disk is not the one that was read. */
  private async openAsKnown(userId: number, fileId: number): Promise<Download | undefined> {
    const row = await this.find(userId, fileId);
    const handle = await openFile(row);
    const stat = await handle.stat({ bigint: true });
    const { size, mtimeMs } = fileStatOf(stat);
    if (!stat.isFile() || size !== row.size || mtimeMs !== row.mtimeMs || row.fingerprint === null) {
      await handle.close();
      return undefined;
    }
    const tag = `"${row.fingerprint}-${size.toString(16)}-${mtimeMs.toString(16)}"`;
    return { handle, name: row.name, format: row.format, size, modifiedAt: new Date(mtimeMs), tag };
  }

  private async find(userId: number, fileId: number): Promise<DownloadRow> {
    const [row]: DownloadRow[] = await this.dataSource.query(
      `WITH ${accessibleFiles('$1')}
       SELECT f.folder_id AS "folderId", d.path AS "folderPath", f.path, f.library_id AS "libraryId", f.name, f.format,
         f.size::float8 AS size, f.mtime_ms::float8 AS "mtimeMs", f.fingerprint, f.missing_since IS NOT NULL AS "isMissing"
       FROM accessible_files f JOIN library_folders d ON d.id = f.folder_id WHERE f.id = $2`,
      [userId, fileId],
    );
    if (!row) throw new Refusal('not_found', 'There is no such file.');
    if (row.isMissing) throw notOnDisk();
    return row;
  }
}

async function openFile(row: FilePlace): Promise<FileHandle> {
  const path = absolutePath(row);
  try {
    if (!(await isInside(path, row.folderPath))) throw notOnDisk();
    return await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (isAbsence(error)) throw notOnDisk();
    throw new Refusal('unavailable', 'The server cannot open the file just now; ask an admin to check it.');
  }
}

function notOnDisk(): Refusal {
  return new Refusal(
    'gone',
    'The file is not on the server’s disk at the moment; it comes back when the next scan finds it again.',
  );
}
