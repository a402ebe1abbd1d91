import { readPositionOptions } from './position-options.ts';

describe('the words behind the positions command', () => {
  it('name a book and two dialects, and the usual DOM version unless told', () => {
    expect(readPositionOptions(['b.epub', '--from', 'cfi', '--to=xpointer'])).toEqual({
      kind: 'run',
      book: 'b.epub',
      from: 'cfi',
      to: 'xpointer',
      domVersion: 20240114,
      explains: false,
    });
    const more = ['--from', 'cfi', '--to', 'cfi', '--dom', '20260812', '--explain', 'b.epub'];
    expect(readPositionOptions(more)).toMatchObject({ domVersion: 20260812, explains: true });
    expect(readPositionOptions(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [[], 'Name the book'],
    [['a.epub', 'b.epub'], 'One book at a time'],
    [['a.epub', '--to', 'cfi'], '--from is missing: xpointer, cfi, kobospan.'],
    [['a.epub', '--from', 'cfi', '--to', 'CFI'], '--to CFI is none of'],
    [['a.epub', '--from', 'cfi', '--to', 'cfi', '--dom', '1'], '--dom 1 is no version'],
    [['a.epub', '--form', 'cfi'], "Unknown option '--form'"],
  ])('%j are refused with what is wrong', (words, problem) => {
    expect(readPositionOptions(words)).toEqual({ kind: 'refused', problem: expect.stringContaining(problem) });
  });
});
