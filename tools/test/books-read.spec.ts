import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { booksReadIn, toldOfBooks } from './books-read.mjs';

describe('the number of books read', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'books-read-'));
    mkdirSync(join(folder, 'corpus/books'), { recursive: true });
    writeFileSync(join(folder, 'corpus/books/lies-there.epub'), '');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is what the spec wrote down that read them', () => {
    const file = join(folder, 'count');
    writeFileSync(file, '271');
    expect(booksReadIn(file)).toBe(271);
    expect(toldOfBooks(folder, 271)).toEqual({
      sentence: `Real books read: 271 of ${join(folder, 'corpus/books')}`,
      isFault: false,
    });
  });

  it('is not how many lie there: when none was read, the run failed', () => {
    expect(booksReadIn(join(folder, 'never written'))).toBeUndefined();
    expect(toldOfBooks(folder, undefined)).toMatchObject({ isFault: true });
  });

  it('is not asked for where there are none', () =>
    expect(toldOfBooks(join(folder, 'elsewhere'), undefined)).toMatchObject({ isFault: false }));
});
