import { Component, computed, input, signal } from '@angular/core';
import { FormField, type FieldTree } from '@angular/forms/signals';
import { Icon } from './icon.ts';

let fieldsMade = 0;

/** A labelled text or password input of a signal form, with its hint and its error tied to it for screen readers. */
@Component({
  selector: 'bo-text-field',
  imports: [FormField, Icon],
  templateUrl: './text-field.html',
  styleUrl: './text-field.css',
})
export class TextField {
  readonly field = input.required<FieldTree<string>>();
  readonly label = input.required<string>();
  readonly hint = input<string>();
  readonly isPassword = input(false);
  readonly autocomplete = input<string>('off');

  protected readonly id = `bo-field-${++fieldsMade}`;
  protected readonly isRevealed = signal(false);
  protected readonly showLabel = computed(() => $localize`Show ${this.label()}:label:`);
  protected readonly error = computed(() => {
    const state = this.field()();
    return state.touched() ? state.errors()[0]?.message : undefined;
  });
  protected readonly describedBy = computed(
    () =>
      [this.hint() !== undefined && `${this.id}-hint`, this.error() !== undefined && `${this.id}-error`]
        .filter(Boolean)
        .join(' ') || null,
  );

  protected reveal(): void {
    this.isRevealed.update((isRevealed) => !isRevealed);
  }
}
