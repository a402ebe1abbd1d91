import { Injectable } from '@nestjs/common';
import { type ReadFile, readUpload } from '@bookorbit/book-files';
import { LIMITS } from '@bookorbit/contracts';
import { Clock } from '../clock/index.ts';
import { Transaction } from '../database/index.ts';
import { JobQueue } from '../jobs/index.ts';
import { DocumentCollector } from './imported-document.ts';
import { ImportRepository } from './import.repository.ts';
import { WORK_ON_IMPORT } from './import-queue.ts';
import type { ReceivedFiles } from './receive-files.ts';

/** A preview is kept this long. */
const PREVIEW_MS = 24 * 60 * 60 * 1000;
/** Sorts behind the ids of devices: a row of the statistics that a device reports too is then the device's. */
const DEVICE_PREFIX = 'zzz-import';

/** Reads an upload into the tables of imports, where any server process can go on with it; the files are then needed no more. */
@Injectable()
export class StageUpload {
  constructor(
    private readonly transaction: Transaction,
    private readonly imports: ImportRepository,
    private readonly jobs: JobQueue,
    private readonly clock: Clock,
  ) {}

  /** @returns The number of the import. */
  run(userId: number, { folder, files }: ReceivedFiles): Promise<number> {
    const now = this.clock.now();
    return this.transaction.run(async (tx) => {
      const id = await this.imports.nextId(tx);
      const deviceName = `Import of ${now.toISOString().slice(0, 10)}`;
      const expiresAt = new Date(now.getTime() + PREVIEW_MS);
      await this.imports.create(tx, userId, {
        id,
        deviceId: `${DEVICE_PREFIX}-${id}`,
        deviceName,
        createdAt: now,
        expiresAt,
      });
      const collector = new DocumentCollector();
      let parts = 0;
      const read = await readUpload(files, folder, {
        book: (book) => collector.addBook(book),
        sidecar: (sidecar) => collector.addSidecar(sidecar),
        rows: async (fingerprint, rows) => {
          collector.addRows(fingerprint, rows);
          parts += 1;
          await this.imports.addPageStats(tx, userId, id, fingerprint, parts, rows);
        },
      });
      const documents = collector.documents();
      if (documents.length > 0) await this.imports.addDocuments(tx, userId, id, documents);
      await this.imports.change(tx, userId, id, {
        files: read.slice(0, LIMITS.importFiles).map(withFullStop),
        total: documents.length,
        ...(documents.length === 0 && { state: 'failed', problem: problemOf(read) }),
      });
      if (documents.length > 0) await this.jobs.send(tx, WORK_ON_IMPORT, { userId, importId: id });
      return id;
    });
  }
}

function withFullStop(file: ReadFile): ReadFile {
  return file.problem === undefined ? file : { ...file, problem: `${file.problem}.` };
}

function problemOf(files: readonly ReadFile[]): string {
  const first = files.find(({ problem }) => problem !== undefined);
  return first
    ? `Nothing could be read: ${first.name}: ${first.problem}.`
    : 'There is nothing of KOReader in these files; send statistics.sqlite3, metadata.*.lua files, or a zip of them.';
}
