import { Component, computed, signal } from '@angular/core';

/** Where KOReader keeps its plugins on a platform. */
interface Platform {
  readonly name: string;
  readonly folder: string;
  /** What is different there. */
  readonly hint?: string;
}

const PLATFORMS: readonly Platform[] = [
  {
    name: 'Kobo',
    folder: 'KOBOeReader/.adds/koreader/plugins',
    hint: $localize`“.adds” is a hidden folder: show hidden files on your computer. For auto sync, set Network › Action when Wi-Fi is off to “turn on” in KOReader.`,
  },
  {
    name: 'Kindle',
    folder: 'Kindle/koreader/plugins',
    hint: $localize`For auto sync, set Network › Action when Wi-Fi is off to “turn on” in KOReader.`,
  },
  {
    name: 'PocketBook',
    folder: 'applications/koreader/plugins',
    hint: $localize`Copy over the cable while KOReader is closed. For auto sync, set Network › Action when Wi-Fi is off to “turn on” in KOReader.`,
  },
  {
    name: 'Android',
    folder: 'koreader/plugins',
    hint: $localize`In the shared storage of the device. Start KOReader once, so that the folder is there.`,
  },
  {
    name: 'reMarkable',
    folder: '/home/root/koreader/plugins',
    hint: $localize`From a computer, with “scp -r” over SSH, into the folder KOReader was unpacked to. For auto sync, set Network › Action when Wi-Fi is off to “turn on” in KOReader.`,
  },
  { name: 'Linux', folder: '~/.config/koreader/plugins' },
  { name: 'Linux (Flatpak)', folder: '~/.var/app/rocks.koreader.KOReader/config/koreader/plugins' },
  { name: 'macOS', folder: '~/Library/Application Support/koreader/plugins' },
];

/** How to bring the downloaded plugin onto a device, for the platform somebody chooses. */
@Component({
  selector: 'bo-install-steps',
  template: `
    <ol>
      <li i18n>Download the plugin package from BookOrbit.</li>
      <li i18n>Unzip <code>bookorbit.koplugin.zip</code>.</li>
      <li i18n>Copy <code>bookorbit.koplugin</code> to <code>koreader/plugins/</code> on the KOReader device.</li>
      <li i18n>Restart KOReader.</li>
      <li i18n>Open a book and use <strong>Tools &gt; BookOrbit sync</strong>.</li>
    </ol>
    <label class="bo-row">
      <span class="bo-soft" i18n>The folder on a</span>
      <select #choice class="bo-select" (change)="choose(choice.value)">
        @for (platform of platforms; track platform.name) {
          <option [value]="platform.name" [selected]="platform.name === chosen().name">{{ platform.name }}</option>
        }
      </select>
      <code>{{ chosen().folder }}</code>
    </label>
    @if (chosen().hint; as hint) {
      <p class="bo-soft bo-small bo-prose">{{ hint }}</p>
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-direction: column;
      gap: var(--bo-space-3);
    }
    ol {
      counter-reset: step;
      display: flex;
      flex-direction: column;
      gap: var(--bo-space-3);
      margin-top: var(--bo-space-2);
    }

    li {
      position: relative;
      padding-inline-start: 2.75rem;
      line-height: 1.75rem;
      counter-increment: step;
    }

    li::before {
      content: counter(step);
      position: absolute;
      inset: 0 auto auto 0;
      width: 1.75rem;
      height: 1.75rem;
      border: 1px solid var(--bo-line-strong);
      border-radius: 50%;
      text-align: center;
      font: 600 0.95rem/1.7rem var(--bo-serif);
    }
    code {
      padding: 0.1em 0.35em;
      border-radius: 4px;
      background: var(--bo-inset);
    }
  `,
})
export class InstallSteps {
  protected readonly platforms = PLATFORMS;
  private readonly chosenName = signal('Kobo');
  protected readonly chosen = computed(
    () => PLATFORMS.find(({ name }) => name === this.chosenName()) ?? { name: '', folder: 'koreader/plugins' },
  );

  protected choose(name: string): void {
    this.chosenName.set(name);
  }
}
