import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { NotFoundPage } from '../shell/not-found-page.ts';
import { FailureNote } from '../ui/index.ts';
import { LibrariesStore } from './libraries-store.ts';
import { LibraryForm } from './library-form.ts';

/** A new library, or one there is. */
@Component({
  selector: 'bo-library-editor-page',
  imports: [FailureNote, LibraryForm, NotFoundPage, RouterLink],
  templateUrl: './library-editor-page.html',
})
export class LibraryEditorPage {
  /** Absent for a new library. */
  readonly id = input<string>();
  protected readonly newLibrary = $localize`Add a library`;
  protected readonly store = inject(LibrariesStore);
  protected readonly library = computed(() => this.store.libraries.value()?.find(({ id }) => String(id) === this.id()));
  protected readonly isFirst = computed(() => this.store.libraries.value()?.length === 0);

  constructor() {
    void this.store.open();
  }
}
