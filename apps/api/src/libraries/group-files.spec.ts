import { type Groupable, JoinableBooks } from './group-files.ts';

function file(overrides: Partial<Groupable> = {}): Groupable {
  return { libraryId: 1, folderId: 1, stemKey: 's1', groupKey: 'g1', language: 'en', seriesIndex: null, ...overrides };
}

describe('grouping files into books', () => {
  it('joins files that differ in their ending only', () => {
    const books = new JoinableBooks([{ bookId: 7, folderId: 1, stemKey: 's1' }], []);
    expect(books.bookOf(file({ groupKey: null }))).toBe(7);
    expect(books.bookOf(file({ groupKey: null, folderId: 2 }))).toBeUndefined();
  });

  it('joins files of one title and author anywhere in the library', () => {
    const books = new JoinableBooks([], []);
    books.add(7, file());
    expect(books.bookOf(file({ folderId: 2, stemKey: 's2' }))).toBe(7);
    expect(books.bookOf(file({ folderId: 2, stemKey: 's2', libraryId: 2 }))).toBeUndefined();
  });

  it('keeps translations apart, and lets a file of unknown language join', () => {
    const books = new JoinableBooks([], []);
    books.add(7, file({ language: 'es' }));
    expect(books.bookOf(file({ stemKey: 's2', language: 'uk' }))).toBeUndefined();
    expect(books.bookOf(file({ stemKey: 's2', language: null }))).toBe(7);
    expect(books.bookOf(file({ stemKey: 's2', language: 'es-MX' }))).toBe(7);
  });

  it('prefers the book in the very language', () => {
    const books = new JoinableBooks([], []);
    books.add(7, file({ language: null, stemKey: 'a' }));
    books.add(8, file({ language: 'en', stemKey: 'b' }));
    expect(books.bookOf(file({ stemKey: 'c' }))).toBe(8);
  });

  it('keeps volumes of a series apart', () => {
    const books = new JoinableBooks([], []);
    books.add(7, file({ seriesIndex: 1 }));
    expect(books.bookOf(file({ stemKey: 's2', seriesIndex: 2 }))).toBeUndefined();
    expect(books.bookOf(file({ stemKey: 's2', seriesIndex: 1 }))).toBe(7);
  });

  it('does not join files that say too little', () => {
    const books = new JoinableBooks([], []);
    books.add(7, file({ groupKey: null }));
    expect(books.bookOf(file({ groupKey: null, stemKey: 's2' }))).toBeUndefined();
  });
});
