import { Module } from '@nestjs/common';
import { AnnotationsModule } from '../annotations/index.ts';
import { AuthModule } from '../auth/index.ts';
import { BookStatesModule } from '../book-states/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { ProgressModule } from '../progress/index.ts';
import { SessionsModule } from '../sessions/index.ts';
import { NewestPlaces } from './newest-places.ts';
import { SyncAnnotations } from './sync-annotations.ts';
import { SyncBooks } from './sync-books.ts';
import { SyncController } from './sync.controller.ts';
import { TakeInSync } from './take-in-sync.ts';

/** Everything about the open book in one round trip. */
@Module({
  imports: [AuthModule, FingerprintModule, AnnotationsModule, BookStatesModule, ProgressModule, SessionsModule],
  controllers: [SyncController],
  providers: [NewestPlaces, SyncAnnotations, SyncBooks, TakeInSync],
  exports: [TakeInSync],
})
export class SyncModule {}
