export { ProgressModule } from './progress.module.ts';
export { ProgressRepository, type StoredReport } from './progress.repository.ts';
export { ProgressItemDto } from './push-progress.dto.ts';
export { TakeInItems } from './take-in-items.ts';
