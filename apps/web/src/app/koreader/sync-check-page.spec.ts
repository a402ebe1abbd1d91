import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { SyncFinding, SyncFound } from '@bookorbit/contracts';
import { KoreaderApi, ServerEvents } from '../api/index.ts';
import { SyncCheckPage } from './sync-check-page.ts';

const row = (state: SyncFinding['state'], found: SyncFound, names: readonly string[] = []): SyncFinding => ({
  check: found.code.split('.')[0] as SyncFinding['check'],
  state,
  found,
  names,
});

async function show(findings: readonly SyncFinding[]): Promise<ComponentFixture<SyncCheckPage>> {
  TestBed.configureTestingModule({
    providers: [
      provideRouter([]),
      { provide: KoreaderApi, useValue: { check: async () => ({ findings }) } },
      { provide: ServerEvents, useValue: { listen: () => undefined } },
    ],
  });
  const fixture = TestBed.createComponent(SyncCheckPage);
  await fixture.whenStable();
  return fixture;
}

it('puts what keeps everything from syncing first, and says how to mend it', async () => {
  const { nativeElement } = await show([
    row('ok', { code: 'account.there', username: 'anna' }),
    row('hint', { code: 'autoSync.askDevice' }),
    row('attention', { code: 'matching.unmatched' }, ['From elsewhere', 'Another']),
    row('broken', { code: 'switch.off' }),
  ]);
  const page = nativeElement as HTMLElement;
  const found = [...page.querySelectorAll('.findings > li')].map((row) => row.className);
  expect(found).toEqual(['broken', 'attention', 'hint']);
  expect(page.textContent).toContain('Turn on Progress sync in the status card.');
  expect(page.textContent).toContain('From elsewhere, Another');
  expect([...page.querySelectorAll('.findings a')].map((link) => link.getAttribute('href'))).toEqual([
    '/',
    '/unmatched',
  ]);
  expect(page.querySelector('summary')?.textContent).toContain('1 check is in order');
  expect(page.textContent).not.toContain('everything is in order');
});

it('says so when all is well', async () => {
  const { nativeElement } = await show([
    row('ok', { code: 'account.there', username: 'anna' }),
    row('ok', { code: 'switch.on' }),
    row('hint', { code: 'autoSync.askDevice' }),
  ]);
  const page = nativeElement as HTMLElement;
  expect(page.textContent).toContain('everything is in order');
  expect(page.querySelector('summary')?.textContent).toContain('2 checks are in order');
});
