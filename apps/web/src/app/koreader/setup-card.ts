import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { PluginSource, ServerUrl } from '@bookorbit/contracts';
import { type Failure, failureFrom } from '../api/index.ts';
import { CopyButton, FailureNote, Icon, Notices } from '../ui/index.ts';
import { InstallSteps } from './install-steps.ts';
import { KoreaderStore } from './koreader-store.ts';
import { REACH_NAMES, type ServerAddress, addressesOf, bestAddress, originOf } from './server-addresses.ts';

/** The address devices need, the plugin that carries it, and how to install that. */
@Component({
  selector: 'bo-setup-card',
  imports: [CopyButton, FailureNote, Icon, InstallSteps, MatButton],
  templateUrl: './setup-card.html',
  styleUrl: './setup-card.css',
})
export class SetupCard {
  readonly serverUrl = input.required<ServerUrl>();
  readonly plugin = input.required<PluginSource>();

  protected readonly store = inject(KoreaderStore);
  protected readonly reachNames = REACH_NAMES;
  protected readonly isPackaging = signal(false);
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly addresses = computed(() => addressesOf(this.serverUrl()));
  /** What is chosen stays chosen while the settings are read anew. */
  protected readonly chosen = linkedSignal<readonly ServerAddress[], ServerAddress>({
    source: this.addresses,
    computation: (addresses, previous) =>
      addresses.find(({ url }) => url === previous?.value.url) ?? bestAddress(addresses),
  });
  private readonly notices = inject(Notices);

  protected async downloadPlugin(): Promise<void> {
    this.failure.set(undefined);
    this.isPackaging.set(true);
    try {
      await this.store.downloadPlugin(originOf(this.chosen().url));
      this.notices.say($localize`Plugin downloaded. Follow the steps below to install it.`);
    } catch (thrown) {
      this.failure.set(failureFrom(thrown));
    } finally {
      this.isPackaging.set(false);
    }
  }
}
