import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { MAT_DIALOG_DATA, MatDialogModule } from '@angular/material/dialog';
import type { FolderListing } from '@bookorbit/contracts';
import { LibrariesApi } from '../api/index.ts';
import { FailureNote, Icon, Loadable } from '../ui/index.ts';

/** Walks the server's folders; closes with the path that was chosen. */
@Component({
  selector: 'bo-folder-dialog',
  imports: [FailureNote, Icon, MatButton, MatDialogModule],
  templateUrl: './folder-dialog.html',
  styleUrl: './folder-dialog.css',
})
export class FolderDialog {
  protected readonly listing = new Loadable<FolderListing>(() => this.api.listFolders(this.path));
  private readonly api = inject(LibrariesApi);
  /** A folder chosen before, to start from. */
  private path = inject<string | undefined>(MAT_DIALOG_DATA) ?? undefined;

  constructor() {
    void this.listing.load();
  }

  protected open(path: string | undefined): void {
    this.path = path;
    void this.listing.load();
  }

  /** Opens a path typed by hand, when Enter is pressed. */
  protected openTyped(event: Event, path: string): void {
    event.preventDefault();
    if (path.trim() !== '') this.open(path.trim());
  }
}
