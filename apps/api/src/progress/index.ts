export { ImportedPlaces } from './imported-places.ts';
export { type AskedPlace, type AskingDevice, PlaceForDevice } from './place-for-device.ts';
export { ProgressWorkersModule } from './progress-workers.module.ts';
export { ProgressModule } from './progress.module.ts';
export { ProgressRepository, type StoredReport } from './progress.repository.ts';
export { ProgressItemDto } from './push-progress.dto.ts';
export { ResetRepository } from './reset.repository.ts';
export { TakeInItems } from './take-in-items.ts';
