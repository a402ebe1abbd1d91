import { Component, inject, signal } from '@angular/core';
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
  protected readonly typed = signal('');
  private readonly api = inject(LibrariesApi);
  /** A folder chosen before, to start from. */
  private path = inject<string | undefined>(MAT_DIALOG_DATA) ?? undefined;
  private isTyping = false;

  constructor() {
    void this.open(this.path);
  }

  protected async open(path: string | undefined): Promise<void> {
    this.path = path;
    this.isTyping = false;
    await this.listing.load();
    // Somebody may have begun to type while the folders were read.
    if (!this.isTyping) this.typed.set(this.listing.value()?.path ?? path ?? '');
  }

  protected type(path: string): void {
    this.isTyping = true;
    this.typed.set(path);
  }

  /** Opens the path typed by hand. */
  protected openTyped(event: Event): void {
    event.preventDefault();
    const path = this.typed().trim();
    if (path !== '') void this.open(path);
  }
}
