import { Component, ElementRef, afterNextRender, inject, Injector, signal } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';
import { type DeviceChange, type DeviceSummary, LIMITS } from '@bookorbit/contracts';
import { Confirm, FailureNote, Icon, Notices, ProgressLine, When, sayPercentage } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** The devices that have synced, with what each read last; each can be renamed, retired and forgotten. */
@Component({
  selector: 'bo-device-list',
  imports: [FailureNote, Icon, MatButton, ProgressLine, RouterLink, When],
  templateUrl: './device-list.html',
  styleUrl: './device-list.css',
})
export class DeviceList {
  protected readonly store = inject(KoreaderStore);
  protected readonly sayPercentage = sayPercentage;
  protected readonly nameLength = LIMITS.deviceModelLength;
  /** The device whose name is being written, and the name it has had when that began: a new one must not replace what is typed. */
  protected readonly renaming = signal<Pick<DeviceSummary, 'deviceId' | 'name'> | undefined>(undefined);
  private readonly confirm = inject(Confirm);
  private readonly notices = inject(Notices);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef);

  protected nameOf(id: string): string {
    const state = this.store.devices.state();
    const known = state.kind === 'ready' ? state.value.find(({ deviceId }) => deviceId === id) : undefined;
    return known?.name ?? id;
  }

  protected startRenaming({ deviceId, name }: DeviceSummary): void {
    this.renaming.set({ deviceId, name });
    afterNextRender(() => this.element.nativeElement.querySelector<HTMLInputElement>('.name input')?.select(), {
      injector: this.injector,
    });
  }

  protected stopRenaming({ deviceId }: DeviceSummary): void {
    this.renaming.set(undefined);
    afterNextRender(
      () => this.element.nativeElement.querySelector<HTMLElement>(`[data-rename="${CSS.escape(deviceId)}"]`)?.focus(),
      { injector: this.injector },
    );
  }

  protected async rename(device: DeviceSummary, name: string): Promise<void> {
    this.stopRenaming(device);
    await this.change(device, { name: name.trim() }, $localize`Renamed.`);
  }

  protected retire(device: DeviceSummary): Promise<void> {
    return this.change(device, { isRetired: true }, $localize`Retired. Nothing waits for it any more.`);
  }

  protected takeBack(device: DeviceSummary): Promise<void> {
    return this.change(device, { isRetired: false }, $localize`In use again.`);
  }

  protected async forget(device: DeviceSummary): Promise<void> {
    const isSure = await this.confirm.ask({
      heading: $localize`Forget ${device.name}:device:?`,
      words: [
        $localize`Places, reading time and highlights it brought stay. Should it sync again, it begins anew.`,
        $localize`Its key keeps working; revoke it below if the device is lost.`,
      ],
      action: $localize`Forget device`,
    });
    if (!isSure) return;
    await this.act(() => this.store.forgetDevice(device.deviceId), $localize`Forgotten.`);
  }

  protected label(action: 'rename' | 'retire' | 'takeBack' | 'forget', { name }: DeviceSummary): string {
    switch (action) {
      case 'rename':
        return $localize`Rename ${name}:device:`;
      case 'retire':
        return $localize`Retire ${name}:device:`;
      case 'takeBack':
        return $localize`Use ${name}:device: again`;
      case 'forget':
        return $localize`Forget ${name}:device:`;
    }
  }

  private change({ deviceId }: DeviceSummary, change: DeviceChange, words: string): Promise<void> {
    return this.act(() => this.store.changeDevice(deviceId, change), words);
  }

  private async act(act: () => Promise<void>, words: string): Promise<void> {
    try {
      await act();
      this.notices.say(words);
    } catch (thrown) {
      this.notices.sayFailure(thrown);
    }
  }
}
