export { SyncFeed } from './sync-feed.ts';
export { ActivityModule } from './activity.module.ts';
export { ActivityWorkersModule } from './activity-workers.module.ts';
