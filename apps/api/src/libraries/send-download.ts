import { pipeline } from 'node:stream/promises';
import type { BookFormat } from '@bookorbit/contracts';
import type { Request, Response } from 'express';
import { Refusal } from '../http/index.ts';
import { attachment, holdsIfRange, namesTag, parseByteRange } from './byte-range.ts';
import type { Download } from './open-download.ts';

const CONTENT_TYPES: Readonly<Record<BookFormat, string>> = {
  epub: 'application/epub+zip',
  kepub: 'application/kepub+zip',
  pdf: 'application/pdf',
  cbz: 'application/vnd.comicbook+zip',
  fb2: 'application/x-fictionbook+xml',
  mobi: 'application/x-mobipocket-ebook',
  azw3: 'application/vnd.amazon.ebook',
};

/** Sends a file, or the part asked for, and closes it. */
export async function sendDownload(request: Request, response: Response, download: Download): Promise<void> {
  try {
    await send(request, response, download);
  } finally {
    await download.handle.close();
  }
}

async function send(
  request: Request,
  response: Response,
  { handle, name, format, size, modifiedAt, tag }: Download,
): Promise<void> {
  const lastModified = modifiedAt.toUTCString();
  response.set({
    'Accept-Ranges': 'bytes',
    // Compressing on the way would change what a range means.
    'Cache-Control': 'private, no-cache, no-transform',
    ETag: tag,
    'Last-Modified': lastModified,
  });
  if (namesTag(request.get('If-None-Match'), tag)) return void response.status(304).end();
  const asked = holdsIfRange(request.get('If-Range'), tag, lastModified) ? request.get('Range') : undefined;
  const range = parseByteRange(asked, size);
  if (range.kind === 'unsatisfiable') {
    response.set('Content-Range', `bytes */${size}`);
    throw new Refusal('range_not_satisfiable', `The file has ${size} bytes; ask for a range within them.`);
  }
  const { start, end } = range.kind === 'part' ? range : { start: 0, end: size - 1 };
  const length = end - start + 1;
  response.status(range.kind === 'part' ? 206 : 200).set({
    'Content-Type': name.toLowerCase().endsWith('.zip') ? 'application/zip' : CONTENT_TYPES[format],
    'Content-Length': String(length),
    'Content-Disposition': attachment(name),
    ...(range.kind === 'part' && { 'Content-Range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD' || length === 0) return void response.end();
  const content = handle.createReadStream({ start, end, autoClose: false });
  try {
    await pipeline(content, response, { end: false });
  } catch {
    // The client went away, or the disk failed with the answer half sent: there is nobody left to tell.
    return void response.destroy();
  }
  // Cut short while it was sent: breaking off is the only way to say so.
  if (content.bytesRead < length) return void response.destroy();
  response.end();
}
