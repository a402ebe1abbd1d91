import { Component, inject } from '@angular/core';
import { Icon } from '../ui/icon.ts';
import { THEMES, Theme } from './theme.ts';

/** The three themes to choose from, side by side. */
@Component({
  selector: 'bo-theme-choice',
  imports: [Icon],
  template: `
    <fieldset>
      <legend class="bo-hidden" i18n>Theme</legend>
      @for (option of themes; track option.name) {
        <label>
          <input
            type="radio"
            name="bo-theme"
            [value]="option.name"
            [checked]="theme.chosen() === option.name"
            (change)="theme.choose(option.name)"
          />
          <bo-icon [name]="option.icon" /> {{ option.label }}
        </label>
      }
    </fieldset>
  `,
  styles: `
    fieldset {
      display: inline-flex;
      border: 1px solid var(--bo-line-strong);
      border-radius: 999px;
      padding: 3px;
    }
    label {
      display: inline-flex;
      align-items: center;
      gap: var(--bo-space-2);
      padding: 0.4rem 0.9rem;
      border-radius: 999px;
      font-size: var(--bo-text-s);
      cursor: pointer;
    }
    input {
      position: absolute;
      opacity: 0;
      pointer-events: none;
    }
    label:has(:checked) {
      background: var(--bo-accent);
      color: var(--bo-on-accent);
    }
    label:has(:focus-visible) {
      outline: 2px solid var(--bo-accent);
      outline-offset: 2px;
    }
    label {
      position: relative;
    }
  `,
})
export class ThemeChoice {
  protected readonly theme = inject(Theme);
  protected readonly themes = THEMES;
}
