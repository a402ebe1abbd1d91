import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { LibrariesModule } from '../libraries/index.ts';
import { ChangeTimeZone } from './change-time-zone.ts';
import { ImportedPageStats } from './imported-page-stats.ts';
import { PageStatRepository } from './page-stat.repository.ts';
import { PushPageStats } from './push-page-stats.ts';
import { ReadingController } from './reading.controller.ts';
import { ReadingDaysRepository } from './reading-days.repository.ts';
import { ReadingLog } from './reading-log.ts';
import { ReadingLogRepository } from './reading-log.repository.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { ReadingStatistics } from './reading-statistics.ts';
import { RecomputeSessions } from './recompute-sessions.ts';
import { SessionsController } from './sessions.controller.ts';
import { StatisticsRepository } from './statistics.repository.ts';
import { TakeInPageStats } from './take-in-page-stats.ts';

/** Reading time: page stats in, reading sessions and daily totals out. */
@Module({
  imports: [AuthModule, LibrariesModule, FingerprintModule],
  controllers: [SessionsController, ReadingController],
  providers: [
    ChangeTimeZone,
    ImportedPageStats,
    PageStatRepository,
    ReadingDaysRepository,
    ReadingLog,
    ReadingLogRepository,
    ReadingStatistics,
    StatisticsRepository,
    PushPageStats,
    ReadingSessionRepository,
    RecomputeSessions,
    TakeInPageStats,
  ],
  exports: [ImportedPageStats, RecomputeSessions, TakeInPageStats],
})
export class SessionsModule {}
