import { TestBed } from '@angular/core/testing';
import { MAT_DIALOG_DATA } from '@angular/material/dialog';
import type { FolderListing } from '@bookorbit/contracts';
import { LibrariesApi } from '../api/index.ts';
import { FolderDialog } from './folder-dialog.ts';

interface Asked {
  readonly path: string | undefined;
  readonly answer: (listing: FolderListing) => void;
}

function show(): { input: HTMLInputElement; asked: Asked[]; settle: () => Promise<void> } {
  const asked: Asked[] = [];
  TestBed.configureTestingModule({
    providers: [
      { provide: MAT_DIALOG_DATA, useValue: undefined },
      {
        provide: LibrariesApi,
        useValue: { listFolders: (path?: string) => new Promise((answer) => asked.push({ path, answer })) },
      },
    ],
  });
  const fixture = TestBed.createComponent(FolderDialog);
  fixture.detectChanges();
  const input = (fixture.nativeElement as HTMLElement).querySelector('input')!;
  const settle = async (): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve));
    await fixture.whenStable();
  };
  return { input, asked, settle };
}

it('shows the path of the folder that is open', async () => {
  const { input, asked, settle } = show();
  asked[0]?.answer({ path: '/srv', folders: [] });
  await settle();
  expect(input.value).toBe('/srv');
});

it('lets a path that is being typed stand when the folders arrive, and opens it', async () => {
  const { input, asked, settle } = show();
  input.value = '/srv/books';
  input.dispatchEvent(new Event('input'));
  asked[0]?.answer({ path: '/', folders: [] });
  await settle();
  expect(input.value).toBe('/srv/books');
  input.form?.dispatchEvent(new Event('submit', { cancelable: true }));
  expect(asked[1]?.path).toBe('/srv/books');
});
