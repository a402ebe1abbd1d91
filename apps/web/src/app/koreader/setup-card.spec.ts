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

const LAN = 'http://192.168.1.20:3000/api/v1/koreader';
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

function downloadButton(card: HTMLElement): HTMLButtonElement {
  return [...card.querySelectorAll('button')].find((one) => wordsOf(one).includes('Download Plugin'))!;
}

const wordsOf = (element: Element): string => (element.textContent ?? '').replace(/\s+/g, ' ').trim();

describe('SetupCard', () => {
  it('gives the five install steps in the words of the product page', async () => {
    const card = await show(PUBLIC);
    expect([...card.querySelectorAll('bo-install-steps li')].map(wordsOf)).toEqual([
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
    expect([...card.querySelectorAll('.bo-badge')].map(wordsOf)).toEqual(['Your network', 'Only this computer']);
    expect(card.querySelector('.bo-note--warning')).toBeNull();
    card.querySelectorAll<HTMLInputElement>('input[type=radio]')[1]?.click();
    await settled();
    expect(wordsOf(card)).toContain('loopback address: only the computer BookOrbit runs on can reach it');
  });

  it('gives the plugin the address that was chosen, first of all one a device can reach', async () => {
    const downloadPlugin = jest.fn().mockResolvedValue(undefined);
    const card = await show(
      { url: 'http://localhost:3000/api/v1/koreader', reach: 'loopback', alternatives: [LAN] },
      downloadPlugin,
    );
    downloadButton(card).click();
    await settled();
    expect(downloadPlugin).toHaveBeenCalledWith('http://192.168.1.20:3000');
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
    downloadButton(card).click();
    await settled();
    expect(wordsOf(card.querySelector('[role=alert]') ?? card)).toContain('KOREADER_PLUGIN_PATH');
  });
});
