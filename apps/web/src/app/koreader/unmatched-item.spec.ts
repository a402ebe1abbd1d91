import { TestBed } from '@angular/core/testing';
import type { UnmatchedDocument } from '@bookorbit/contracts';
import { UnmatchedItem, nameOf } from './unmatched-item.ts';

const UNKNOWN: UnmatchedDocument = {
  id: 1,
  document: '0a1b2c3d4e5f60718293a4b5c6d7e8f9',
  reason: 'unknown',
  firstSeenAt: '2026-11-01T00:00:00Z',
  lastSeenAt: '2026-11-01T00:00:00Z',
  isDismissed: false,
  candidates: [],
};

const AMBIGUOUS: UnmatchedDocument = {
  ...UNKNOWN,
  reason: 'ambiguous',
  candidates: [
    { bookId: 8, bookFileId: 80, title: 'The Waste Land', authors: ['T. S. Eliot'], fileName: 'wasteland.epub' },
    { bookId: 9, bookFileId: 90, title: 'The Waste Land', authors: ['T. S. Eliot'], fileName: 'wasteland-otf.epub' },
  ],
};

it('calls a document by the best name it has', () => {
  expect(nameOf({ ...UNKNOWN, title: 'Middlemarch', filename: 'm.epub' })).toBe('Middlemarch');
  expect(nameOf({ ...UNKNOWN, filename: 'm.epub' })).toBe('m.epub');
  expect(nameOf(UNKNOWN)).toBe(UNKNOWN.document);
});

it('asks which of these, and links only once one is chosen', async () => {
  const fixture = TestBed.createComponent(UnmatchedItem);
  fixture.componentRef.setInput('unmatched', AMBIGUOUS);
  const linked: number[] = [];
  fixture.componentInstance.link.subscribe((id) => linked.push(id));
  await fixture.whenStable();
  const item = fixture.nativeElement as HTMLElement;
  const link = [...item.querySelectorAll('button')].find((button) => button.textContent?.trim() === 'Link');
  expect(link?.disabled).toBe(true);
  item.querySelectorAll<HTMLInputElement>('input[type=radio]')[1]?.click();
  await fixture.whenStable();
  expect(link?.disabled).toBe(false);
  link?.click();
  expect(linked).toEqual([90]);
});
