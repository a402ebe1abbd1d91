import { Component, inject } from '@angular/core';
import { MatButton } from '@angular/material/button';
import type { DeviceKeySummary } from '@bookorbit/contracts';
import { Confirm, FailureNote, Icon, Notices, When } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** One key per download of the plugin, who used it, and the way to take it back. */
@Component({
  selector: 'bo-device-key-list',
  imports: [FailureNote, Icon, MatButton, When],
  templateUrl: './device-key-list.html',
})
export class DeviceKeyList {
  protected readonly store = inject(KoreaderStore);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);

  protected revokeLabel({ id, devices }: DeviceKeySummary): string {
    return devices.length > 0
      ? $localize`Revoke key ${id}:id: of ${devices.join(', ')}:devices:`
      : $localize`Revoke key ${id}:id:`;
  }

  protected async revoke(key: DeviceKeySummary): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Revoke this device key?`,
      words: [
        key.devices.length > 0
          ? $localize`${key.devices.join(', ')} can no longer sync until a newly downloaded plugin is installed.`
          : $localize`A plugin installed from this download can no longer sync.`,
        $localize`Everything already stored in BookOrbit stays.`,
      ],
      action: $localize`Revoke key`,
    });
    if (!isSure) return;
    try {
      await this.store.revokeDeviceKey(key.id);
      this.notices.say($localize`Device key revoked.`);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
