import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SentFile } from '@bookorbit/book-files';
import { IMPORT_FIELD, LIMITS } from '@bookorbit/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { MulterModuleOptions } from '@nestjs/platform-express';
import type { Request } from 'express';
import { ENVIRONMENT, type Environment } from '../config/index.ts';
import { Refusal } from '../http/index.ts';

/** Files of one request, on disk, in a folder of their own that whoever takes them removes. */
export interface ReceivedFiles {
  readonly folder: string;
  readonly files: readonly SentFile[];
}

/** What multer hands a storage of ours, and gets back. */
interface ArrivingFile {
  readonly originalname: string;
  readonly stream: Readable;
}
type Handled = (error: unknown, info?: Partial<StoredFile>) => void;
interface StoredFile {
  readonly path: string;
  readonly originalname: string;
}

interface RequestState {
  folder: Promise<string>;
  bytesLeft: number;
  files: number;
}

const TOO_LARGE = `The files are larger than ${LIMITS.importBytes / 1024 / 1024} MB together; send fewer at once.`;
const MOST_NAME = 500;

/** Streams the files of a multipart body to disk: they are never in memory, and together no larger than the limit. */
@Injectable()
export class FilesOnDisk {
  private readonly states = new WeakMap<Request, RequestState>();

  private readonly root: string;

  constructor(@Inject(ENVIRONMENT) { dataDir }: Environment) {
    this.root = join(dataDir, 'uploads');
  }

  _handleFile(request: Request, file: ArrivingFile, handled: Handled): void {
    this.store(request, file).then(
      (path) => handled(undefined, { path }),
      (error: unknown) => handled(error),
    );
  }

  _removeFile(request: Request, _file: StoredFile, done: (error: unknown) => void): void {
    this.discard(request).then(() => done(null), done);
  }

  /** @throws Refusal `bad_request` when there are none. */
  async take(request: Request, files: readonly StoredFile[] | undefined): Promise<ReceivedFiles> {
    const folder = await this.states.get(request)?.folder;
    if (!folder || !files || files.length === 0) {
      throw new Refusal('bad_request', `Send files as multipart/form-data, in the field "${IMPORT_FIELD}".`, {
        field: IMPORT_FIELD,
      });
    }
    return {
      folder,
      files: files.map(({ path, originalname }) => ({
        path,
        name: originalname.toWellFormed().replaceAll('\0', '').slice(0, MOST_NAME),
      })),
    };
  }

  async discard(request: Request): Promise<void> {
    const folder = await this.states.get(request)?.folder.catch(() => undefined);
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }

  private async store(request: Request, { stream }: ArrivingFile): Promise<string> {
    const state = this.states.get(request) ?? { folder: this.makeFolder(), bytesLeft: LIMITS.importBytes, files: 0 };
    this.states.set(request, state);
    state.files += 1;
    // Files arrive side by side: the number is this one's before anything is waited for.
    const name = String(state.files);
    const path = join(await state.folder, name);
    await pipeline(
      stream,
      async function* (pieces: AsyncIterable<Buffer>) {
        for await (const piece of pieces) {
          state.bytesLeft -= piece.length;
          if (state.bytesLeft < 0) throw new Refusal('payload_too_large', TOO_LARGE);
          yield piece;
        }
      },
      createWriteStream(path),
    );
    return path;
  }

  private async makeFolder(): Promise<string> {
    await mkdir(this.root, { recursive: true });
    return mkdtemp(join(this.root, 'upload-'));
  }
}

/** How files of a request are read before a route with a files interceptor. */
export function multerOptions(storage: FilesOnDisk): MulterModuleOptions {
  return {
    storage,
    preservePath: true,
    defParamCharset: 'utf8',
    limits: { files: LIMITS.importFiles, parts: LIMITS.importFiles + 10, fields: 10, fieldSize: 1000 },
  };
}
