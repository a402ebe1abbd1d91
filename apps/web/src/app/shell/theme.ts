import { Injectable, effect, signal } from '@angular/core';
import type { IconName } from '../ui/icon.ts';

export type ThemeName = 'light' | 'dark' | 'system';

export const THEMES: readonly { readonly name: ThemeName; readonly label: string; readonly icon: IconName }[] = [
  { name: 'light', label: $localize`Light`, icon: 'sun' },
  { name: 'dark', label: $localize`Dark`, icon: 'moon' },
  { name: 'system', label: $localize`System`, icon: 'monitor' },
];

// `public/theme.js` reads it before the first paint.
const STORAGE_KEY = 'bookorbit.theme';

/** Light, dark, or as the system has it; remembered in this browser. */
@Injectable({ providedIn: 'root' })
export class Theme {
  readonly chosen = signal<ThemeName>(storedTheme());

  constructor() {
    effect(() => {
      const chosen = this.chosen();
      document.documentElement.style.colorScheme = chosen === 'system' ? 'light dark' : chosen;
    });
  }

  choose(name: ThemeName): void {
    this.chosen.set(name);
    try {
      localStorage.setItem(STORAGE_KEY, name);
    } catch {
      // Storage is forbidden here: the choice lasts as long as the page.
    }
  }
}

function storedTheme(): ThemeName {
  try {
    return THEMES.find(({ name }) => name === localStorage.getItem(STORAGE_KEY))?.name ?? 'system';
  } catch {
    return 'system';
  }
}
