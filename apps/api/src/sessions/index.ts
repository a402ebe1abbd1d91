export { checkEventCount, checkPageStats } from './check-page-stats.ts';
export { PageStatsBookDto } from './page-stats.dto.ts';
export { SessionWorkersModule } from './session-workers.module.ts';
export { SessionsModule } from './sessions.module.ts';
export { type FileStats, TakeInPageStats } from './take-in-page-stats.ts';
export { type FileReading, ImportedPageStats } from './imported-page-stats.ts';
