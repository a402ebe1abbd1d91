import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { PageStatRepository } from './page-stat.repository.ts';
import { PushPageStats } from './push-page-stats.ts';
import { ReadingSessionRepository } from './reading-session.repository.ts';
import { RecomputeSessions } from './recompute-sessions.ts';
import { SessionsController } from './sessions.controller.ts';
import { TakeInPageStats } from './take-in-page-stats.ts';

/** Reading time: page stats in, reading sessions and daily totals out. */
@Module({
  imports: [AuthModule, FingerprintModule],
  controllers: [SessionsController],
  providers: [PageStatRepository, PushPageStats, ReadingSessionRepository, RecomputeSessions, TakeInPageStats],
  exports: [TakeInPageStats],
})
export class SessionsModule {}
