import { Injectable, computed, inject, signal } from '@angular/core';
import type {
  DeviceChange,
  HeldDeletes,
  KoreaderSettings,
  NewKoreaderAccount,
  PluginActivity,
} from '@bookorbit/contracts';
import { KoreaderApi, listenToServer } from '../api/index.ts';
import { Loadable, saveFile } from '../ui/index.ts';

const PLUGIN_FILE_NAME = 'bookorbit.koplugin.zip';
const REFRESH_DELAY_MILLISECONDS = 500;

/** All the KOReader page shows and does; provided by that page, so it lives as long as that does. */
@Injectable()
export class KoreaderStore {
  private readonly api = inject(KoreaderApi);
  readonly settings = new Loadable<KoreaderSettings>(() => this.api.read());
  readonly deviceKeys = new Loadable(() => this.api.listDeviceKeys());
  readonly devices = new Loadable(() => this.api.listDevices());
  readonly unmatched = new Loadable(() => this.api.listUnmatched());
  readonly links = new Loadable(() => this.api.listLinks());
  readonly activity = new Loadable<PluginActivity>(() => this.api.readPluginActivity());
  // The lists behind the numbers, read once somebody looks at them.
  readonly matchedBooks = new Loadable(() => this.api.listMatchedBooks());
  readonly failed = new Loadable(() => this.api.listFailed());
  readonly pendingDeletes = new Loadable(() => this.api.listPendingDeletes());
  readonly held = new Loadable(() => this.api.listHeld());

  readonly account = computed(() => this.settings.value()?.account);
  readonly isSwitchingSync = signal(false);
  private areListsOpen = false;
  private refreshTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    listenToServer((event) => {
      if (event.type === 'koreader' || event.type === 'progress' || event.type === 'missed') this.refreshSoon();
    });
  }

  /** Reads everything for the first time. */
  async open(): Promise<void> {
    await Promise.all([
      this.settings.load(),
      this.deviceKeys.load(),
      this.devices.load(),
      this.unmatched.load(),
      this.links.load(),
      this.activity.load(),
    ]);
  }

  /** Reads the lists behind the numbers of the plugin's activity. */
  async openLists(): Promise<void> {
    this.areListsOpen = true;
    await Promise.all(this.lists().map((list) => list.load()));
  }

  async changeDevice(deviceId: string, change: DeviceChange): Promise<void> {
    await this.api.changeDevice(deviceId, change);
    await this.refresh();
  }

  async forgetDevice(deviceId: string): Promise<void> {
    await this.api.forgetDevice(deviceId);
    await this.refresh();
  }

  async retryPlacing(annotationId: number): Promise<void> {
    await this.api.retryPlacing(annotationId);
    await this.refresh();
  }

  async decideHeld({ deviceId, fileId, kind }: HeldDeletes, decision: 'confirm' | 'discard'): Promise<void> {
    const held = { deviceId, fileId, kind };
    await (decision === 'confirm' ? this.api.confirmHeld(held) : this.api.discardHeld(held));
    await this.refresh();
  }

  async createAccount(account: NewKoreaderAccount): Promise<void> {
    await this.api.createAccount(account);
    await this.refresh();
  }

  /** The kill switch. It moves at once and moves back if the server does not follow. */
  async setSyncEnabled(isSyncEnabled: boolean): Promise<void> {
    this.isSwitchingSync.set(true);
    try {
      await this.settings.edit(
        ({ account, ...settings }) => ({ ...settings, ...(account && { account: { ...account, isSyncEnabled } }) }),
        () => this.api.changeAccount({ isSyncEnabled }),
      );
    } finally {
      this.isSwitchingSync.set(false);
    }
  }

  async changePassword(password: string): Promise<void> {
    await this.api.changeAccount({ password });
    await this.refresh();
  }

  async deleteAccount(): Promise<void> {
    await this.api.deleteAccount();
    await this.refresh();
  }

  /** Saves the plugin to this computer; each download has a device key of its own, and carries `origin` as the server's address. */
  async downloadPlugin(origin: string): Promise<void> {
    saveFile(await this.api.packagePlugin({ origin }), PLUGIN_FILE_NAME);
    await this.deviceKeys.refresh();
  }

  async revokeDeviceKey(id: number): Promise<void> {
    await this.api.revokeDeviceKey(id);
    await this.deviceKeys.refresh();
  }

  async link(unmatchedId: number, bookFileId: number): Promise<void> {
    await this.api.linkUnmatched(unmatchedId, { bookFileId });
    await this.refresh();
  }

  async dismiss(unmatchedId: number): Promise<void> {
    await this.api.dismissUnmatched(unmatchedId);
    await this.refresh();
  }

  async restore(unmatchedId: number): Promise<void> {
    await this.api.restoreUnmatched(unmatchedId);
    await this.refresh();
  }

  async unlink(linkId: number): Promise<void> {
    await this.api.deleteLink(linkId);
    await this.refresh();
  }

  private async refresh(): Promise<void> {
    await Promise.all([
      this.settings.refresh(),
      this.deviceKeys.refresh(),
      this.devices.refresh(),
      this.unmatched.refresh(),
      this.links.refresh(),
      this.activity.refresh(),
      ...(this.areListsOpen ? this.lists().map((list) => list.refresh()) : []),
    ]);
  }

  private lists() {
    return [this.matchedBooks, this.failed, this.pendingDeletes, this.held];
  }

  /** A syncing device makes a burst of events; one reading after it is enough. */
  private refreshSoon(): void {
    this.refreshTimer ??= setTimeout(() => {
      this.refreshTimer = undefined;
      void this.refresh();
    }, REFRESH_DELAY_MILLISECONDS);
  }
}
