import { DeviceInstallEntity } from './device-install.entity.ts';
import { DeviceSweepEntity } from './device-sweep.entity.ts';
import { SyncFeedEntity } from './sync-feed.entity.ts';

/** Tables of this module. */
export const ACTIVITY_ENTITIES = [SyncFeedEntity, DeviceSweepEntity, DeviceInstallEntity];
