import { Component, computed, inject, input, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { PluginSource, ServerUrl } from '@bookorbit/contracts';
import { type Failure, failureFrom } from '../api/index.ts';
import { CopyButton, FailureNote, Icon, Notices } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

const REACH_WORDS: Readonly<Record<ServerUrl['reach'], string>> = {
  public: 'A public address: devices reach it from anywhere your server can be reached.',
  lan: 'An address on your network: devices reach it while they are on the same Wi-Fi.',
  loopback: 'A loopback address: only the computer BookOrbit runs on can reach it, a KOReader device cannot.',
};

/** The address devices need, the plugin that carries it, and how to install that. */
@Component({
  selector: 'bo-setup-card',
  imports: [CopyButton, FailureNote, Icon, MatButton],
  templateUrl: './setup-card.html',
  styleUrl: './setup-card.css',
})
export class SetupCard {
  readonly serverUrl = input.required<ServerUrl>();
  readonly plugin = input.required<PluginSource>();

  protected readonly store = inject(KoreaderStore);
  protected readonly isPackaging = signal(false);
  protected readonly failure = signal<Failure | undefined>(undefined);
  protected readonly isLoopback = computed(() => this.serverUrl().reach === 'loopback');
  protected readonly reachWords = computed(() => REACH_WORDS[this.serverUrl().reach]);
  private readonly notices = inject(Notices);

  protected originOf(url: string): string {
    return URL.parse(url)?.origin ?? url;
  }

  protected async downloadPlugin(): Promise<void> {
    this.failure.set(undefined);
    this.isPackaging.set(true);
    try {
      await this.store.downloadPlugin();
      this.notices.say('Plugin downloaded. Follow the steps below to install it.');
    } catch (thrown) {
      this.failure.set(failureFrom(thrown));
    } finally {
      this.isPackaging.set(false);
    }
  }
}
