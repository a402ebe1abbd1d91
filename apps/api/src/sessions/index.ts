export { SessionsModule } from './sessions.module.ts';
export { TakeInPageStats } from './take-in-page-stats.ts';
