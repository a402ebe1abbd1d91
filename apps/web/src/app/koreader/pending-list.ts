import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { PendingDelete } from '@bookorbit/contracts';
import { FailureNote, Icon, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** Deletions that have not reached every device, and which devices they wait for. */
@Component({
  selector: 'bo-pending-list',
  imports: [FailureNote, Icon, RouterLink, When],
  templateUrl: './pending-list.html',
  styleUrl: './annotation-lists.css',
})
export class PendingList {
  protected readonly store = inject(KoreaderStore);

  protected sayDevices({ devices }: PendingDelete): string {
    return new Intl.ListFormat(undefined, { type: 'conjunction' }).format(devices.map(({ deviceName }) => deviceName));
  }
}
