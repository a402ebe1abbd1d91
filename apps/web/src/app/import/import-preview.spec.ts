import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { ImportDetail, ImportTotals } from '@bookorbit/contracts';
import { ImportPreview } from './import-preview.ts';

const TOTALS: ImportTotals = {
  books: 0,
  unmatched: 0,
  newSeconds: 0,
  newSessions: 0,
  newPageStats: 0,
  newHighlights: 0,
  changedHighlights: 0,
  newBookmarks: 0,
  changedStates: 0,
  newPlaces: 0,
};
const BOOK = { bookId: 1, title: 'Emma', authors: [] } as unknown as ImportDetail['books'][number];
const UNKNOWN = { document: 'abc', title: 'A stray' } as unknown as ImportDetail['unmatched'][number];

async function previewOf(more: Partial<ImportDetail>): Promise<HTMLElement> {
  TestBed.configureTestingModule({ providers: [provideRouter([])] });
  const fixture = TestBed.createComponent(ImportPreview);
  fixture.componentRef.setInput('import', {
    id: 1,
    state: 'ready',
    deviceName: 'Kobo',
    createdAt: '2026-11-01T00:00:00Z',
    expiresAt: '2026-11-08T00:00:00Z',
    files: [],
    books: [],
    unmatched: [],
    totals: TOTALS,
    ...more,
  });
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

const said = (preview: HTMLElement): string => (preview.textContent ?? '').replace(/\s+/g, ' ');

describe('The preview of an import', () => {
  it('does not say that everything is here when no book of it was found, and shows which', async () => {
    const preview = await previewOf({ totals: { ...TOTALS, unmatched: 1 }, unmatched: [UNKNOWN] });
    expect(said(preview)).toContain('The book in these files was not found among yours, so nothing can come in');
    expect(said(preview)).not.toContain('here already');
    expect(said(preview)).not.toContain('would come in');
    expect(preview.querySelector('details[open]')?.textContent).toContain('A stray');
  });

  it('tells what is here already from what was not found', async () => {
    const preview = await previewOf({
      totals: { ...TOTALS, books: 1, unmatched: 2 },
      books: [BOOK],
      unmatched: [UNKNOWN, { ...UNKNOWN, document: 'def' }],
    });
    expect(said(preview)).toContain('2 books in these files were not found');
    expect(said(preview)).toContain('What belongs to the others is here already.');
  });

  it('says so when everything is here', async () => {
    const preview = await previewOf({ totals: { ...TOTALS, books: 1 }, books: [BOOK] });
    expect(said(preview)).toContain('Everything in these files is here already.');
  });

  it('says what would come in, with what is not found folded away below', async () => {
    const preview = await previewOf({
      totals: { ...TOTALS, books: 1, unmatched: 1, newHighlights: 3 },
      books: [BOOK],
      unmatched: [UNKNOWN],
    });
    expect(said(preview)).toContain('This is what would come in:');
    const folded = [...preview.querySelectorAll('details')].find((one) => one.textContent?.includes('A stray'));
    expect(folded?.open).toBe(false);
  });
});
