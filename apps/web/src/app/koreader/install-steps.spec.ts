import { TestBed } from '@angular/core/testing';
import { InstallSteps } from './install-steps.ts';

/** What the page says of a platform. */
async function wordsFor(platform: string): Promise<string> {
  const fixture = TestBed.createComponent(InstallSteps);
  await fixture.whenStable();
  const steps = fixture.nativeElement as HTMLElement;
  const choice = steps.querySelector('select')!;
  choice.value = platform;
  choice.dispatchEvent(new Event('change'));
  await fixture.whenStable();
  return [...steps.querySelectorAll('label code, p')].map((part) => (part.textContent ?? '').trim()).join(' ');
}

describe('InstallSteps', () => {
  it.each(['Kobo', 'Kindle', 'PocketBook', 'reMarkable'])(
    'says which Wi-Fi setting auto sync wants on a %s, which KOReader can bring online by itself',
    async (platform) => {
      expect(await wordsFor(platform)).toContain('set Network › Action when Wi-Fi is off to “turn on”');
    },
  );

  it.each(['Android', 'Linux', 'Linux (Flatpak)', 'macOS'])(
    'asks for no Wi-Fi setting on %s, where KOReader switches nothing',
    async (platform) => {
      const words = await wordsFor(platform);
      expect(words).toContain('koreader');
      expect(words).not.toContain('Wi-Fi');
    },
  );
});
