import { DeviceProgressEntity } from './device-progress.entity.ts';
import { FileProgressEntity } from './file-progress.entity.ts';
import { ParkedProgressEntity } from './parked-progress.entity.ts';
import { ProgressHistoryEntity } from './progress-history.entity.ts';
import { ProgressResetDeviceEntity, ProgressResetEntity } from './progress-reset.entity.ts';

/** Tables of this module. */
export const PROGRESS_ENTITIES = [
  FileProgressEntity,
  DeviceProgressEntity,
  ProgressHistoryEntity,
  ParkedProgressEntity,
  ProgressResetEntity,
  ProgressResetDeviceEntity,
];
