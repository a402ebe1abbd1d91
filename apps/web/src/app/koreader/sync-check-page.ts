import { Component, DestroyRef, computed, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import type { SyncCheck, SyncCheckName, SyncFinding } from '@bookorbit/contracts';
import { KoreaderApi, listenToServer } from '../api/index.ts';
import { FailureNote, Icon, type IconName, Loadable } from '../ui/index.ts';
import { sayFinding, sayNames } from './sync-check-words.ts';

const CHECK_LABELS: Readonly<Record<SyncCheckName, string>> = {
  account: $localize`KOReader account`,
  switch: $localize`Progress sync`,
  address: $localize`Address of the server`,
  plugin: $localize`Plugin download`,
  login: $localize`Signing in`,
  devices: $localize`Devices`,
  matching: $localize`Matching books`,
  autoSync: $localize`Auto sync`,
  sessions: $localize`Reading sessions`,
  highlights: $localize`Highlights both ways`,
  heldDeletes: $localize`Held deletes`,
  pendingDeletes: $localize`Pending deletes`,
  failedPositions: $localize`Failed positions`,
  restore: $localize`Restoring the place`,
  clock: $localize`Clocks`,
};

/** Where a finding is mended, beside this page. */
const PLACES: Readonly<Partial<Record<SyncCheckName, { readonly path: string; readonly label: string }>>> = {
  account: { path: '..', label: $localize`Open Overview` },
  switch: { path: '..', label: $localize`Open Overview` },
  address: { path: '..', label: $localize`Open Setup` },
  plugin: { path: '..', label: $localize`Open Setup` },
  devices: { path: '../devices', label: $localize`Open Devices` },
  matching: { path: '../unmatched', label: $localize`Open Unmatched books` },
  heldDeletes: { path: '../activity', label: $localize`Open Plugin Activity` },
  pendingDeletes: { path: '../activity', label: $localize`Open Plugin Activity` },
  failedPositions: { path: '../activity', label: $localize`Open Plugin Activity` },
};

const STATE_LABELS: Readonly<Record<SyncFinding['state'], string>> = {
  ok: $localize`In order`,
  hint: $localize`Good to know`,
  attention: $localize`Needs a look`,
  broken: $localize`Nothing syncs because of this`,
};
const STATE_ICONS: Readonly<Record<SyncFinding['state'], IconName>> = {
  ok: 'check',
  hint: 'eye',
  attention: 'alert',
  broken: 'close',
};
const BURST_MILLISECONDS = 500;

/** "Why is it not syncing?": every row of the troubleshooting table, looked at for this user, the worst first. */
@Component({
  selector: 'bo-sync-check-page',
  imports: [FailureNote, Icon, MatButton, RouterLink],
  templateUrl: './sync-check-page.html',
  styleUrl: './sync-check-page.css',
})
export class SyncCheckPage {
  private readonly api = inject(KoreaderApi);
  protected readonly check = new Loadable<SyncCheck>(() => this.api.check());
  protected readonly amiss = computed(() =>
    (['broken', 'attention', 'hint'] as const).flatMap((state) =>
      (this.check.value()?.findings ?? []).filter((finding) => finding.state === state),
    ),
  );
  protected readonly inOrder = computed(() =>
    (this.check.value()?.findings ?? []).filter(({ state }) => state === 'ok'),
  );
  protected readonly isWell = computed(() => this.amiss().every(({ state }) => state === 'hint'));
  protected readonly labels = CHECK_LABELS;
  protected readonly places = PLACES;
  protected readonly stateLabels = STATE_LABELS;
  protected readonly icons = STATE_ICONS;
  protected readonly sayFinding = sayFinding;
  protected readonly sayNames = sayNames;

  constructor() {
    void this.check.load();
    let timer: ReturnType<typeof setTimeout> | undefined;
    listenToServer(({ type }) => {
      if (type !== 'koreader' && type !== 'missed') return;
      clearTimeout(timer);
      timer = setTimeout(() => void this.check.refresh(), BURST_MILLISECONDS);
    });
    inject(DestroyRef).onDestroy(() => clearTimeout(timer));
  }
}
