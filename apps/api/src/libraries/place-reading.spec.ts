import { type FoundFile, type KnownFile, placeReading } from './place-reading.ts';

const SIGNATURE = ['00000001-ff', '00000002-ee', '00000003-dd'];
const OTHER_SIGNATURE = ['0000000a-ff', '0000000b-ee', '0000000c-dd'];

function known(overrides: Partial<KnownFile> = {}): KnownFile {
  return {
    id: 1,
    bookId: 1,
    bookLibraryId: 1,
    libraryId: 1,
    folderId: 1,
    path: 'a.epub',
    size: 100,
    inode: '1:1',
    fingerprint: 'f1',
    contentSignature: SIGNATURE,
    title: 'Moby-Dick',
    authors: ['Herman Melville'],
    identifiers: [],
    isMissing: false,
    isGone: false,
    ...overrides,
  };
}

function found(overrides: Partial<FoundFile> = {}): FoundFile {
  const { size, inode, fingerprint, contentSignature, title, authors, identifiers, folderId, path } = known();
  return {
    size,
    inode,
    fingerprint,
    contentSignature,
    title,
    authors,
    identifiers,
    folderId,
    path,
    libraryId: 1,
    ...overrides,
  };
}

const OTHER_BOOK = {
  fingerprint: 'f2',
  size: 222,
  contentSignature: OTHER_SIGNATURE,
  title: 'Emma',
  authors: ['Jane Austen'],
  inode: '1:2',
};

describe('placing a found file', () => {
  it('knows an untouched file again', () => {
    expect(placeReading(found(), [known()])).toEqual({ kind: 'same', file: known() });
  });

  it('keeps the row of a file that was rewritten in place', () => {
    const rewritten = found({ fingerprint: 'f9', size: 101 });
    expect(placeReading(rewritten, [known()])).toMatchObject({ kind: 'changed', file: { id: 1 } });
  });

  it('makes a new row for another book at the same path', () => {
    expect(placeReading(found(OTHER_BOOK), [known()])).toEqual({ kind: 'added', displacedId: 1 });
  });

  it('follows a file to its new path', () => {
    const placement = placeReading(found({ path: 'b.epub' }), [known({ isGone: true })]);
    expect(placement).toMatchObject({ kind: 'moved', file: { id: 1 } });
  });

  it('takes a copy for a new file while the original is there', () => {
    expect(placeReading(found({ path: 'b.epub' }), [known()])).toEqual({ kind: 'added' });
  });

  it('lets two files swap their names', () => {
    const a = known({ isGone: true });
    const b = known({ id: 2, path: 'b.epub', isGone: true, ...OTHER_BOOK });
    expect(placeReading(found({ ...OTHER_BOOK, path: 'a.epub' }), [a, b])).toMatchObject({
      kind: 'moved',
      file: { id: 2 },
    });
    expect(placeReading(found({ path: 'b.epub' }), [a, b], new Set([2]))).toMatchObject({
      kind: 'moved',
      file: { id: 1 },
    });
  });

  it('lets a vanished file return at any path', () => {
    const placement = placeReading(found({ path: 'x/y.epub', inode: '1:7' }), [known({ isMissing: true })]);
    expect(placement).toMatchObject({ kind: 'returned', file: { id: 1 } });
  });

  it('lets the file of a deleted library return in another', () => {
    const placement = placeReading(found({ folderId: 2, libraryId: 2 }), [known({ libraryId: null })]);
    expect(placement).toMatchObject({ kind: 'returned', file: { id: 1 } });
  });

  it('lets a vanished file return rewritten', () => {
    const placement = placeReading(found({ fingerprint: 'f9', size: 5 }), [known({ isMissing: true })]);
    expect(placement).toMatchObject({ kind: 'returned', file: { id: 1 } });
  });

  it('does not take another book for the one that vanished from its path', () => {
    expect(placeReading(found(OTHER_BOOK), [known({ isMissing: true })])).toEqual({ kind: 'added' });
  });

  it('follows a file that was renamed and rewritten by its inode', () => {
    const placement = placeReading(found({ path: 'b.epub', fingerprint: 'f9', size: 5 }), [known({ isGone: true })]);
    expect(placement).toMatchObject({ kind: 'moved', file: { id: 1 } });
  });

  it('does not believe an inode that another book got', () => {
    const placement = placeReading(found({ ...OTHER_BOOK, inode: '1:1', path: 'b.epub' }), [known({ isGone: true })]);
    expect(placement).toEqual({ kind: 'added' });
  });

  it('does not mistake a shared fingerprint for the same file', () => {
    const translation = found({ path: 'b.epub', contentSignature: OTHER_SIGNATURE, title: 'Moby-Dick, fr' });
    expect(placeReading(translation, [known({ isMissing: true })])).toEqual({ kind: 'added' });
  });

  it('gives one row to one file only', () => {
    expect(placeReading(found({ path: 'b.epub' }), [known({ isMissing: true })], new Set([1]))).toEqual({
      kind: 'added',
    });
  });

  it('leaves a file that cannot be read as it was', () => {
    expect(placeReading(found({ fingerprint: null, title: undefined }), [known()])).toMatchObject({ kind: 'same' });
  });

  it('prefers the vanished copy that lay at the very path', () => {
    const rows = [known({ id: 3, path: 'c.epub', isMissing: true }), known({ id: 4, isMissing: true })];
    expect(placeReading(found(), rows)).toMatchObject({ kind: 'returned', file: { id: 4 } });
  });
});
