import { TestBed } from '@angular/core/testing';
import type { ServerUrl } from '@bookorbit/contracts';
import { Failure } from '../api/index.ts';
import { KoreaderStore } from './koreader-store.ts';
import { SetupCard } from './setup-card.ts';

const PUBLIC: ServerUrl = { url: 'https://books.example.com/api/v1/koreader', reach: 'public', alternatives: [] };

async function show(serverUrl: ServerUrl, downloadPlugin = jest.fn()): Promise<HTMLElement> {
  TestBed.configureTestingModule({ providers: [{ provide: KoreaderStore, useValue: { downloadPlugin } }] });
  const fixture = TestBed.createComponent(SetupCard);
  fixture.componentRef.setInput('serverUrl', serverUrl);
  fixture.componentRef.setInput('plugin', { isAvailable: true, version: '1.0.0' });
  await fixture.whenStable();
  return fixture.nativeElement as HTMLElement;
}

const wordsOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('SetupCard', () => {
  it('gives the five install steps in the words of the product page', async () => {
    const card = await show(PUBLIC);
    expect([...card.querySelectorAll('.steps li')].map(wordsOf)).toEqual([
      'Download the plugin package from BookOrbit.',
      'Unzip bookorbit.koplugin.zip.',
      'Copy bookorbit.koplugin to koreader/plugins/ on the KOReader device.',
      'Restart KOReader.',
      'Open a book and use Tools > BookOrbit sync.',
    ]);
  });

  it('calls a loopback address what it is and offers the addresses a device can reach', async () => {
    const card = await show({
      url: 'http://localhost:3000/api/v1/koreader',
      reach: 'loopback',
      alternatives: ['http://192.168.1.20:3000/api/v1/koreader'],
    });
    expect(wordsOf(card)).toContain('A loopback address');
    const offered = card.querySelector('a');
    expect(offered?.getAttribute('href')).toBe('http://192.168.1.20:3000/settings/integrations/koreader');
  });

  it('does not warn about a public address', async () => {
    const card = await show(PUBLIC);
    expect(card.querySelector('.bo-note--warning')).toBeNull();
  });

  it('shows what the server says when the plugin cannot be packed', async () => {
    const card = await show(
      PUBLIC,
      jest.fn().mockRejectedValue(new Failure('refused', 'Set KOREADER_PLUGIN_PATH on the server.')),
    );
    const button = [...card.querySelectorAll('button')].find((one) => wordsOf(one).includes('Download Plugin'));
    button?.click();
    await new Promise((resolve) => setTimeout(resolve));
    expect(wordsOf(card.querySelector('[role=alert]') ?? card)).toContain('KOREADER_PLUGIN_PATH');
  });
});
