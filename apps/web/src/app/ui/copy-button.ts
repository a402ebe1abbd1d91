import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Icon } from './icon.ts';
import { Notices } from './notices.ts';

const COPIED_MILLISECONDS = 2_500;

/** Puts a text on the clipboard and says so. */
@Component({
  selector: 'bo-copy-button',
  imports: [Icon, MatButton],
  template: `
    <button matButton="outlined" type="button" [attr.aria-label]="label()" (click)="copy()">
      <bo-icon [name]="isCopied() ? 'check' : 'copy'" /> {{ word() }}
    </button>
    <span class="bo-hidden" aria-live="polite">{{ isCopied() ? word() : '' }}</span>
  `,
})
export class CopyButton {
  readonly text = input.required<string>();
  /** What is copied, for those who do not see what stands beside the button. */
  readonly what = input.required<string>();
  protected readonly isCopied = signal(false);
  protected readonly word = computed(() => (this.isCopied() ? $localize`Copied` : $localize`Copy`));
  protected readonly label = computed(() =>
    this.isCopied() ? $localize`Copied ${this.what()}:what:` : $localize`Copy ${this.what()}:what:`,
  );
  private readonly notices = inject(Notices);

  protected async copy(): Promise<void> {
    try {
      await writeToClipboard(this.text());
    } catch {
      this.notices.say($localize`Your browser does not let this page copy. Select the text and copy it by hand.`);
      return;
    }
    this.isCopied.set(true);
    setTimeout(() => this.isCopied.set(false), COPIED_MILLISECONDS);
  }
}

/** Puts a text on the clipboard; @throws when the browser does not let the page. */
export async function writeToClipboard(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  // Over plain http on a home network browsers offer no clipboard, but still copy a selection.
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand('copy');
  area.remove();
  if (!isDone) throw new Error('copy refused');
}
