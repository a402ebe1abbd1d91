import { spawnSync } from 'node:child_process';
import { withFileSource, type FileSource } from '../file-source.ts';
import { BookFileUnavailable } from '../problem.ts';
import { pdfStream, pdfWithStream, pdfWithTable } from '../testing/small-pdf.ts';
import { readCoverStrictly, readStrictly } from '../testing/read-strictly.ts';
import { temporaryBooks } from '../testing/temporary-books.ts';
import { askPdfWorker, type PdfLimits } from './ask-pdf-worker.ts';
import type { PdfAnswer } from './pdf-messages.ts';

const books = temporaryBooks();
const MIB = 1024 * 1024;
const AMPLE: PdfLimits = { milliseconds: 600_000, fileBytes: 100 * MIB, bufferBytes: 100 * MIB };

describe('a PDF', () => {
  it('tells its pages, title and author from a table', async () => {
    const path = await books.write('table.pdf', pdfWithTable());
    expect(await readStrictly(path)).toMatchObject({
      format: 'pdf',
      pageCount: 7,
      hasCover: true,
      metadata: { title: 'A (nested) title – Ж', authors: [{ name: 'Jane Doe' }], description: 'Subject' },
    });
  });

  it('tells them from a compressed cross reference stream, with something before the file', async () => {
    const path = await books.write('stream.pdf', Buffer.concat([Buffer.from('junk\n'), pdfWithStream()]));
    expect(await readStrictly(path)).toMatchObject({ format: 'pdf', pageCount: 1, metadata: { title: 'Packed' } });
  });

  it('is called what its XMP packet says', async () => {
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description xmlns:dc="d">
      <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Ein Titel &amp; mehr</rdf:li></rdf:Alt></dc:title>
      <dc:creator><rdf:Seq><rdf:li>A. Eins</rdf:li><rdf:li>B. Zwei</rdf:li></rdf:Seq></dc:creator>
      <dc:language><rdf:Bag><rdf:li>de</rdf:li></rdf:Bag></dc:language></rdf:Description></rdf:RDF></x:xmpmeta>`;
    const bytes = pdfWithTable({ extra: [pdfStream('/Type/Metadata/Subtype/XML', Buffer.from(xmp))] });
    expect((await readStrictly(await books.write('xmp.pdf', bytes))).metadata).toMatchObject({
      title: 'Ein Titel & mehr',
      authors: [{ name: 'A. Eins' }, { name: 'B. Zwei' }],
      language: 'de',
    });
  });

  it('has its first page for a cover', async () => {
    const path = await books.write('cover.pdf', pdfWithTable());
    expect(await readCoverStrictly(path, { maxEdge: 150 })).toMatchObject({ width: 100, height: 150 });
  });

  it('behind a password is stated as locked', async () => {
    const encrypt = `/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/P -1/O<${'41'.repeat(32)}>/U<${'42'.repeat(32)}>>>`;
    const path = await books.write('locked.pdf', pdfWithTable({ trailer: encrypt }));
    expect(await readStrictly(path)).toMatchObject({ hasCover: false, problem: { code: 'password_protected' } });
    expect(await readCoverStrictly(path, { maxEdge: 150 })).toBeUndefined();
  });

  it('whose cross references run in a circle is read to an end', async () => {
    const bytes = pdfWithTable().toString('latin1').replace('/Root', '/Prev 9 /Root');
    expect(await readStrictly(await books.write('circle.pdf', Buffer.from(bytes, 'latin1')))).toMatchObject({
      format: 'pdf',
    });
  });

  it('never fails, however its bytes are changed', async () => {
    for (const whole of [pdfWithTable(), pdfWithStream()]) {
      for (let at = 0; at < whole.length; at += 7) {
        const bytes = Buffer.from(whole);
        bytes[at] = (bytes[at] ?? 0) ^ 0x15;
        expect((await readStrictly(await books.write('fuzz.pdf', bytes))).format).toBeDefined();
      }
    }
  });
});

describe('a PDF that costs too much', () => {
  it('in reading is given up, and the next one is read', async () => {
    const path = await books.write('costly.pdf', pdfWithTable());
    await expect(facts(path, { ...AMPLE, fileBytes: 100 })).rejects.toMatchObject({ code: 'unpacks_too_large' });
    expect(await facts(path, AMPLE)).toMatchObject({ kind: 'facts', facts: { pageCount: 7 } });
  });

  it('in time is given up, and the next one is read', async () => {
    const path = await books.write('slow.pdf', pdfWithTable());
    const never = facts(path, { ...AMPLE, milliseconds: 50 }, () => new Promise(() => undefined));
    await expect(never).rejects.toMatchObject({ code: 'unpacks_too_large' });
    expect(await facts(path, AMPLE)).toMatchObject({ kind: 'facts', facts: { pageCount: 7 } });
  });

  it('in memory is given up, and the next one is read', async () => {
    const bomb = pdfStream('/Type/Metadata/Subtype/XML', Buffer.alloc(400 * MIB, ' '));
    const path = await books.write('bomb.pdf', pdfWithTable({ extra: [bomb] }));
    await expect(facts(path, AMPLE)).rejects.toMatchObject({ code: 'unpacks_too_large' });
    const next = await books.write('next.pdf', pdfWithTable());
    expect(await facts(next, AMPLE)).toMatchObject({ kind: 'facts', facts: { pageCount: 7 } });
  });

  it('or whose disk fails is given up with the reason', async () => {
    const path = await books.write('failing.pdf', pdfWithTable());
    const failing = facts(path, AMPLE, () => Promise.reject(new BookFileUnavailable(path, 'failed')));
    await expect(failing).rejects.toMatchObject({ name: 'BookFileUnavailable', reason: 'failed' });
    expect(await facts(path, AMPLE)).toMatchObject({ kind: 'facts', facts: { pageCount: 7 } });
  });

  it('does not keep a process alive', async () => {
    const path = await books.write('exit.pdf', pdfWithTable());
    const library = new URL('../index.ts', import.meta.url).href;
    const program = `const { readBookFile } = await import(${JSON.stringify(library)});
      console.log((await readBookFile(${JSON.stringify(path)})).pageCount);`;
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--conditions=@bookorbit/source', '--input-type=module', '--eval', program],
      { encoding: 'utf8' },
    );
    expect({ stdout, status }).toEqual({ stdout: '7\n', status: 0 });
  });
});

function facts(path: string, limits: PdfLimits, read?: FileSource['read']): Promise<PdfAnswer> {
  return withFileSource(path, (source) =>
    askPdfWorker({ ...source, read: read ?? source.read }, { kind: 'facts' }, limits),
  );
}
