import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { getDocument, PDFDataRangeTransport, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { FromPdfWorker, PdfAnswer, PdfFacts, PdfQuestion, ToPdfWorker } from './pdf-messages.ts';

// Runs in a thread of its own, which may be ended at any moment: pdf.js trusts a file with all the time and memory it asks for.

const RANGE_BYTES = 16 * 1024;
const MOST_PICTURE_PIXELS = 50_000_000;
const MOST_XMP_LENGTH = 4 * 1024 * 1024;
const PDFJS_FOLDER = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));

/** Asks the main thread for the bytes that pdf.js wants. */
class LentFile extends PDFDataRangeTransport {
  private readonly job: number;

  constructor(job: number, size: number) {
    super(size, null);
    this.job = job;
  }

  override requestDataRange(begin: number, end: number): void {
    send({ job: this.job, kind: 'range', begin, end });
  }
}

let lent: { readonly job: number; readonly file: LentFile } | undefined;

parentPort?.on('message', (message: ToPdfWorker) => {
  if (message.kind === 'ask') void answerTo(message.job, message.question, message.size);
  else if (message.job === lent?.job) lent.file.onDataRange(message.begin, message.bytes);
});

// pdf.js leaves some promises of a damaged file without a listener; the answer comes from those that have one.
process.on('unhandledRejection', () => undefined);

async function answerTo(job: number, question: PdfQuestion, size: number): Promise<void> {
  const file = new LentFile(job, size);
  lent = { job, file };
  const task = getDocument({
    range: file,
    rangeChunkSize: RANGE_BYTES,
    disableAutoFetch: true,
    disableStream: true,
    maxImageSize: MOST_PICTURE_PIXELS,
    canvasMaxAreaInBytes: 4 * MOST_PICTURE_PIXELS,
    standardFontDataUrl: `${PDFJS_FOLDER}/standard_fonts/`,
    cMapUrl: `${PDFJS_FOLDER}/cmaps/`,
    wasmUrl: `${PDFJS_FOLDER}/wasm/`,
    iccUrl: `${PDFJS_FOLDER}/iccs/`,
    verbosity: 0,
  });
  let answer: PdfAnswer;
  try {
    answer = await answerFrom(await task.promise, question);
  } catch (error) {
    answer = refusalOf(error);
  }
  await task.destroy().catch(() => undefined);
  send({ job, kind: 'answer', answer });
}

async function answerFrom(document: PDFDocumentProxy, question: PdfQuestion): Promise<PdfAnswer> {
  switch (question.kind) {
    case 'facts':
      return { kind: 'facts', facts: await factsOf(document) };
    case 'picture':
      return { kind: 'picture', png: await firstPage(document, question.maxEdge) };
  }
}

async function factsOf(document: PDFDocumentProxy): Promise<PdfFacts> {
  const { info, metadata } = await document.getMetadata();
  const text = (key: string): string | undefined => {
    const value: unknown = (info as Readonly<Record<string, unknown>>)[key];
    return typeof value === 'string' ? value : undefined;
  };
  const xmp: unknown = metadata?.getRaw();
  return {
    pageCount: document.numPages,
    title: text('Title'),
    author: text('Author'),
    subject: text('Subject'),
    keywords: text('Keywords'),
    language: text('Language'),
    xmp: typeof xmp === 'string' && xmp.length <= MOST_XMP_LENGTH ? xmp : undefined,
  };
}

/** What pdf.js draws on in Node: a canvas of @napi-rs/canvas. */
interface DrawnCanvas {
  readonly canvas: { toBuffer(type: 'image/png'): Buffer };
}

async function firstPage(document: PDFDocumentProxy, maxEdge: number): Promise<Uint8Array> {
  const page = await document.getPage(1);
  const { width, height } = page.getViewport({ scale: 1 });
  const viewport = page.getViewport({ scale: maxEdge / Math.max(width, height) });
  const factory = document.canvasFactory as { create(width: number, height: number): DrawnCanvas };
  const { canvas } = factory.create(Math.max(1, Math.round(viewport.width)), Math.max(1, Math.round(viewport.height)));
  await page.render({ canvas: canvas as never, viewport }).promise;
  return new Uint8Array(canvas.toBuffer('image/png'));
}

function refusalOf(error: unknown): PdfAnswer {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { kind: name === 'PasswordException' ? 'locked' : 'damaged', message };
}

function send(message: FromPdfWorker): void {
  parentPort?.postMessage(message);
}
