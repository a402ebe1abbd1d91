import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { provideRouter } from '@angular/router';
import type { SyncFinding } from '@bookorbit/contracts';
import { KoreaderApi, ServerEvents } from '../api/index.ts';
import { SyncCheckPage } from './sync-check-page.ts';

const finding = (
  check: SyncFinding['check'],
  state: SyncFinding['state'],
  more: Partial<SyncFinding> = {},
): SyncFinding => ({ check, state, found: `${check} is ${state}`, names: [], ...more });

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
    finding('account', 'ok'),
    finding('autoSync', 'hint'),
    finding('matching', 'attention', { names: ['From elsewhere'], fix: 'Link it.' }),
    finding('switch', 'broken', { fix: 'Turn it on.' }),
  ]);
  const page = nativeElement as HTMLElement;
  const found = [...page.querySelectorAll('.findings > li')].map((row) => row.className);
  expect(found).toEqual(['broken', 'attention', 'hint']);
  expect(page.textContent).toContain('Turn it on.');
  expect(page.textContent).toContain('From elsewhere');
  expect([...page.querySelectorAll('.findings a')].map((link) => link.getAttribute('href'))).toEqual([
    '/',
    '/unmatched',
  ]);
  expect(page.querySelector('summary')?.textContent).toContain('1 check is in order');
  expect(page.textContent).not.toContain('everything is in order');
});

it('says so when all is well', async () => {
  const { nativeElement } = await show([
    finding('account', 'ok'),
    finding('switch', 'ok'),
    finding('autoSync', 'hint'),
  ]);
  const page = nativeElement as HTMLElement;
  expect(page.textContent).toContain('everything is in order');
  expect(page.querySelector('summary')?.textContent).toContain('2 checks are in order');
});
