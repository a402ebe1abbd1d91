import { TestBed } from '@angular/core/testing';
import type { LibrarySummary, ScanProgress } from '@bookorbit/contracts';
import { LibrariesApi, type PageEvent, ServerEvents } from '../api/index.ts';
import { LibrariesStore } from './libraries-store.ts';
import { sayChanges } from './scan-line.ts';

const SCAN: ScanProgress = {
  libraryId: 1,
  state: 'running',
  filesFound: 10,
  filesToRead: 10,
  filesRead: 0,
  filesAdded: 0,
  filesChanged: 0,
  filesMoved: 0,
  filesVanished: 0,
  filesReturned: 0,
  filesWithProblem: 0,
};

async function setUp(): Promise<{ store: LibrariesStore; list: jest.Mock; tell: (event: PageEvent) => void }> {
  const libraries: LibrarySummary[] = [
    { id: 1, name: 'Fiction', bookCount: 0, scan: SCAN },
    { id: 2, name: 'Comics', bookCount: 4 },
  ];
  const list = jest.fn(async () => libraries);
  const listeners: ((event: PageEvent) => void)[] = [];
  TestBed.configureTestingModule({
    providers: [
      LibrariesStore,
      { provide: LibrariesApi, useValue: { list } },
      { provide: ServerEvents, useValue: { listen: (listener: never) => listeners.push(listener) } },
    ],
  });
  const store = TestBed.inject(LibrariesStore);
  await store.open();
  return { store, list, tell: (event) => listeners.forEach((listener) => listener(event)) };
}

it('shows a scan as it goes, in its own library only, without asking the server', async () => {
  const { store, list, tell } = await setUp();
  tell({ type: 'scan', scan: { ...SCAN, filesRead: 5 } });
  expect(store.libraries.value()?.map(({ scan }) => scan?.filesRead)).toEqual([5, undefined]);
  expect(list).toHaveBeenCalledTimes(1);
});

it('reads the libraries anew when a scan has ended', async () => {
  const { list, tell } = await setUp();
  tell({ type: 'scan', scan: { ...SCAN, state: 'done' } });
  expect(list).toHaveBeenCalledTimes(2);
});

it('says what a scan changed, and when nothing did', () => {
  expect(sayChanges({ ...SCAN, filesAdded: 12, filesMoved: 1 })).toBe('12 added, 1 moved');
  expect(sayChanges(SCAN)).toBe('nothing changed');
});
