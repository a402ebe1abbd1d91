import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { BookStatesModule } from '../book-states/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { ProgressModule } from '../progress/index.ts';
import { SessionsModule } from '../sessions/index.ts';
import { SyncBooks } from './sync-books.ts';
import { SyncController } from './sync.controller.ts';

/** Everything about the open book in one round trip. */
@Module({
  imports: [AuthModule, FingerprintModule, BookStatesModule, ProgressModule, SessionsModule],
  controllers: [SyncController],
  providers: [SyncBooks],
})
export class SyncModule {}
