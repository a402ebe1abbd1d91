import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { form, maxLength, required } from '@angular/forms/signals';
import { MatButton, MatIconButton } from '@angular/material/button';
import { MatDialog } from '@angular/material/dialog';
import { Router, RouterLink } from '@angular/router';
import { LIMITS, type LibrarySummary } from '@bookorbit/contracts';
import { firstValueFrom } from 'rxjs';
import type { Failure } from '../api/index.ts';
import { FailureNote, Icon, Notices, TextField, submitForm } from '../ui/index.ts';
import { FolderDialog } from './folder-dialog.ts';
import { LibrariesStore } from './libraries-store.ts';

/** Name and folders of a library. */
@Component({
  selector: 'bo-library-form',
  imports: [FailureNote, Icon, MatButton, MatIconButton, RouterLink, TextField],
  templateUrl: './library-form.html',
  styleUrl: './library-form.css',
})
export class LibraryForm {
  /** Absent for a new one. */
  readonly library = input<LibrarySummary>();

  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly folders = linkedSignal<readonly string[]>(
    () => this.library()?.folders?.map(({ path }) => path) ?? [],
  );
  protected readonly lacksFolder = signal(false);
  private readonly libraryId = computed(() => this.library()?.id);
  // Bound to the id, so that a scan ending meanwhile does not undo what is being typed.
  private readonly model = linkedSignal({
    source: this.libraryId,
    computation: () => ({ name: this.library()?.name ?? '' }),
  });
  protected readonly form = form(this.model, (path) => {
    const { max } = LIMITS.libraryNameLength;
    required(path.name, { message: $localize`Give the library a name.` });
    maxLength(path.name, max, { message: $localize`Use at most ${max}:count: characters.` });
  });
  private readonly store = inject(LibrariesStore);
  private readonly dialog = inject(MatDialog);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);

  protected async addFolder(): Promise<void> {
    const opened = this.dialog.open<FolderDialog, string | undefined, string>(FolderDialog, {
      data: this.folders().at(-1),
      width: '34rem',
      maxWidth: '94vw',
    });
    const path = await firstValueFrom(opened.afterClosed());
    if (path === undefined || this.folders().includes(path)) return;
    this.folders.update((folders) => [...folders, path]);
    this.lacksFolder.set(false);
    if (this.form.name().value() === '') this.form.name().value.set(path.split('/').at(-1) ?? '');
  }

  protected sayRemove(path: string): string {
    return $localize`Remove ${path}:path:`;
  }

  protected removeFolder(path: string): void {
    this.folders.update((folders) => folders.filter((folder) => folder !== path));
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.lacksFolder.set(this.folders().length === 0);
    if (this.lacksFolder()) {
      this.form().markAsTouched();
      return;
    }
    await submitForm(this.form, this.failure, () => this.send(), { name: this.form.name, name_taken: this.form.name });
  }

  private async send(): Promise<void> {
    const library = { name: this.form.name().value().trim(), folders: this.folders() };
    const id = this.libraryId();
    if (id === undefined) {
      await this.store.create(library);
      this.notices.say($localize`Library added. Its first scan has started.`);
    } else {
      await this.store.change(id, library);
      this.notices.say($localize`Library saved.`);
    }
    await this.router.navigateByUrl('/admin/libraries');
  }
}
