import { TestBed } from '@angular/core/testing';
import type { Permission } from '@bookorbit/contracts';
import { SessionStore } from '../session/session-store.ts';
import { Navigation } from './navigation.ts';

function linksWith(...permissions: Permission[]): readonly string[] {
  TestBed.configureTestingModule({
    providers: [
      { provide: SessionStore, useValue: { may: (permission: Permission) => permissions.includes(permission) } },
    ],
  });
  return TestBed.inject(Navigation)
    .sections()
    .flatMap(({ label, links }) => links.map((link) => [label, link.label].filter(Boolean).join(' › ')));
}

it('shows a reader nothing of KOReader or of what admins do', () => {
  expect(linksWith()).toEqual(['Home', 'Books', 'Statistics', 'Settings › Your account']);
});

it('shows each page to those who may open it', () => {
  expect(linksWith('koreader_sync', 'manage_libraries')).toEqual([
    'Home',
    'Books',
    'Highlights',
    'Statistics',
    'Activity',
    'Settings › KOReader',
    'Settings › Import',
    'Settings › Your account',
    'Admin › Libraries',
  ]);
});
