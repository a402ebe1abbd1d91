import { readBookFile } from '../read-book-file.ts';
import { readCover } from '../read-cover.ts';
import type { BookCover, BookFileReading } from '../reading.ts';

/** {@link readBookFile} that fails at an error nobody foresaw, where a scan would go on. */
export function readStrictly(path: string): Promise<BookFileReading> {
  return readBookFile(path, { onUnforeseen: rethrow });
}

/** {@link readCover} that fails at an error nobody foresaw, where a server would show no cover. */
export function readCoverStrictly(path: string, { maxEdge }: { maxEdge: number }): Promise<BookCover | undefined> {
  return readCover(path, { maxEdge, onUnforeseen: rethrow });
}

function rethrow(error: unknown): never {
  throw error;
}
