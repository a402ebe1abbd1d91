import { Component, inject } from '@angular/core';
import { FailureNote } from '../ui/index.ts';
import { CredentialsForm } from './credentials-form.ts';
import { DangerZone } from './danger-zone.ts';
import { DeviceKeyList } from './device-key-list.ts';
import { DeviceList } from './device-list.ts';
import { KoreaderStore } from './koreader-store.ts';
import { LinkList } from './link-list.ts';
import { SetupCard } from './setup-card.ts';
import { StatusCard } from './status-card.ts';
import { UnmatchedList } from './unmatched-list.ts';

/** Settings › Integrations › KOReader. */
@Component({
  selector: 'bo-koreader-page',
  imports: [
    CredentialsForm,
    DangerZone,
    DeviceKeyList,
    DeviceList,
    FailureNote,
    LinkList,
    SetupCard,
    StatusCard,
    UnmatchedList,
  ],
  providers: [KoreaderStore],
  templateUrl: './koreader-page.html',
})
export class KoreaderPage {
  protected readonly store = inject(KoreaderStore);

  constructor() {
    void this.store.open();
  }
}
