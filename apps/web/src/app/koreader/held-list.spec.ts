import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { HeldDeletes } from '@bookorbit/contracts';
import { Confirm, Loadable } from '../ui/index.ts';
import { HeldList } from './held-list.ts';
import { KoreaderStore } from './koreader-store.ts';

const HELD: Omit<HeldDeletes, 'kind'> = {
  deviceId: 'KOBO',
  deviceName: 'Kobo Clara',
  fileId: 1,
  bookId: 7,
  bookTitle: 'Dracula',
  count: 12,
  heldAt: new Date().toISOString(),
  examples: [],
};

it.each([
  ['highlight', '12 highlights', 'Delete these highlights?'],
  ['bookmark', '12 bookmarks', 'Delete these bookmarks?'],
] as const)('names what vanished when it is a %s, and when that was noticed', async (kind, count, question) => {
  const held = new Loadable<readonly HeldDeletes[]>(async () => [{ ...HELD, kind }]);
  await held.load();
  const asked: string[] = [];
  const ask = async ({ heading }: { heading: string }) => asked.push(heading) > 1;
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: KoreaderStore, useValue: { held } },
      { provide: Confirm, useValue: { ask } },
    ],
  });
  const fixture = TestBed.createComponent(HeldList);
  await fixture.whenStable();
  const page = fixture.nativeElement as HTMLElement;
  const words = page.textContent?.replace(/\s+/g, ' ') ?? '';
  expect(words).toContain(count);
  expect(words).toContain('Missing on Kobo Clara, noticed just now');
  page.querySelector<HTMLElement>('.bo-danger')?.click();
  await fixture.whenStable();
  expect(asked).toEqual([question]);
});
