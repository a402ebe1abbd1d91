import { basename } from 'node:path';
import { formatOfName, type BookFormat } from './book-format.ts';
import { withFileSource, type FileSource } from './file-source.ts';

/** What the first bytes of a file are, apart from what its name says. */
export type Container = 'zip' | 'pdf' | 'rar' | 'fb2' | 'mobi' | 'empty' | 'other';

/** How far into a file a signature is looked for: PDFs may have up to 1 KiB of anything before them. */
const SIGNATURE_WINDOW_BYTES = 4096;

export function containerOfHead(head: Buffer): Container {
  if (head.length === 0) return 'empty';
  const text = head.toString('latin1');
  if (/^PK(?:\x03\x04|\x05\x06|\x07\x08)/.test(text)) return 'zip';
  if (text.startsWith('Rar!\x1a\x07')) return 'rar';
  if (text.slice(0, 1024).includes('%PDF-')) return 'pdf';
  if (/^(?:BOOKMOBI|TEXtREAd)$/.test(text.slice(60, 68))) return 'mobi';
  // NULs are dropped so that UTF-16 reads like ASCII.
  if (/<(?:[\w-]+:)?FictionBook[\s>]/.test(text.replaceAll('\0', ''))) return 'fb2';
  return 'other';
}

export async function containerOf(source: FileSource): Promise<Container> {
  return containerOfHead(await source.read(0, SIGNATURE_WINDOW_BYTES));
}
