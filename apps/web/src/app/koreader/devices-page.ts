import { Component } from '@angular/core';
import { DeviceKeyList } from './device-key-list.ts';
import { DeviceList } from './device-list.ts';

/** The devices that sync, and the keys of the plugins they came with. */
@Component({
  selector: 'bo-koreader-devices-page',
  imports: [DeviceKeyList, DeviceList],
  host: { class: 'bo-stack' },
  template: `
    <bo-device-list />
    <bo-device-key-list />
  `,
})
export class DevicesPage {}
