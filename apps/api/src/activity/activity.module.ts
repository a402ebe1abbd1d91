import { Global, Module } from '@nestjs/common';
import { AuthModule, ExchangeWatch } from '../auth/index.ts';
import { PluginPackagerModule } from '../plugin-packager/index.ts';
import { AnnounceSyncs } from './announce-syncs.ts';
import { ActivityController } from './activity.controller.ts';
import { ActivityRepository } from './activity.repository.ts';
import { CheckSync } from './check-sync.ts';
import { DeviceRegistry } from './device-registry.ts';
import { DevicesController } from './devices.controller.ts';
import { FeedRepository } from './feed.repository.ts';
import { PluginActivityController } from './plugin-activity.controller.ts';
import { PluginActivityRepository } from './plugin-activity.repository.ts';
import { ReportSweep } from './report-sweep.ts';
import { SweepController } from './sweep.controller.ts';
import { SyncFactsRepository } from './sync-facts.repository.ts';
import { SyncFeed } from './sync-feed.ts';
import { TellClonesApart } from './tell-clones-apart.ts';
import { WatchSyncs } from './watch-syncs.ts';

/** What devices did: their registry, the feed of their syncs, and copies told apart. Global, because every device route is watched. */
@Global()
@Module({
  imports: [AuthModule, PluginPackagerModule],
  controllers: [ActivityController, PluginActivityController, DevicesController, SweepController],
  providers: [
    { provide: ExchangeWatch, useClass: WatchSyncs },
    ActivityRepository,
    AnnounceSyncs,
    CheckSync,
    DeviceRegistry,
    FeedRepository,
    PluginActivityRepository,
    ReportSweep,
    SyncFactsRepository,
    SyncFeed,
    TellClonesApart,
  ],
  exports: [ExchangeWatch, FeedRepository, SyncFeed],
})
export class ActivityModule {}
