import { TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { PluginActivity } from '@bookorbit/contracts';
import { KoreaderApi, ServerEvents } from '../api/index.ts';
import { KoreaderStore } from './koreader-store.ts';
import { PluginActivityCard } from './plugin-activity-card.ts';

const ACTIVITY: PluginActivity = {
  matchedBooks: 9,
  readingEvents: 1903,
  highlights: 71,
  trashedHighlights: 2,
  pendingDeletes: 3,
  failedPositions: 1,
  heldDeletes: 0,
  availableVersion: '0.2.0',
  outdatedDevices: [],
};

async function show(activity: Partial<PluginActivity> = {}): Promise<HTMLElement> {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      KoreaderStore,
      { provide: KoreaderApi, useValue: { readPluginActivity: async () => ({ ...ACTIVITY, ...activity }) } },
      { provide: ServerEvents, useValue: { listen: () => undefined } },
    ],
  });
  await TestBed.inject(KoreaderStore).activity.load();
  const fixture = TestBed.createComponent(PluginActivityCard);
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

const numbersOf = (card: HTMLElement) =>
  [...card.querySelectorAll('dl > div')].map((row) => [
    row.querySelector('dt')?.textContent,
    row.querySelector('dd')?.textContent.trim(),
    row.querySelector('a')?.getAttribute('href'),
  ]);

it('leads from each number to the list behind it', async () => {
  expect(numbersOf(await show())).toEqual([
    ['Matched books', '9', '/#matched'],
    ['Reading events', '1,903', '/#matched'],
    ['Highlights', '71', '/highlights?source=koreader'],
    ['Trashed highlights', '2', '/highlights?source=koreader&view=trash'],
    ['Pending deletes', '3', '/#pending'],
    ['Failed positions', '1', '/#failed'],
  ]);
});

it('says what waits: held deletes, an update and for whom, the last sweep and its plugin', async () => {
  const card = await show({
    heldDeletes: 12,
    outdatedDevices: [{ deviceId: 'K', deviceName: 'Old Kobo', pluginVersion: '0.1.0' }],
    lastSweep: {
      deviceId: 'K',
      deviceName: 'Old Kobo',
      sweptAt: '2026-11-01T10:00:00Z',
      booksMatched: 9,
      pluginVersion: '0.1.0',
    },
  });
  expect(numbersOf(card)).toContainEqual(['Held deletes', '12', '/#held']);
  expect(card.textContent).toMatch(/Update available: version 0\.2\.0/);
  expect(card.textContent).toContain('Old Kobo has 0.1.0');
  expect(card.textContent).toMatch(/Last full sweep .* on Old Kobo, 9\s+books matched\s+· plugin 0\.1\.0/);
});
