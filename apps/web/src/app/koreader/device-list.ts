import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { FailureNote, Icon, ProgressLine, When, sayPercentage } from '../ui/index.ts';
import { KoreaderStore } from './koreader-store.ts';

/** The devices that have synced, with what each read last. */
@Component({
  selector: 'bo-device-list',
  imports: [FailureNote, Icon, ProgressLine, RouterLink, When],
  templateUrl: './device-list.html',
  styleUrl: './device-list.css',
})
export class DeviceList {
  protected readonly store = inject(KoreaderStore);
  protected readonly sayPercentage = sayPercentage;
}
