import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { LibrariesModule } from '../libraries/index.ts';
import { BookStateRepository } from './book-state.repository.ts';
import { BookStatesController } from './book-states.controller.ts';
import { ChangeBookState } from './change-book-state.ts';
import { ImportedStates } from './imported-states.ts';
import { MergeBookStates } from './merge-book-states.ts';
import { PushBookStates } from './push-book-states.ts';
import { StatusThresholdsRepository } from './status-thresholds.repository.ts';
import { StepStatuses } from './step-statuses.ts';
import { WebBookStatesController } from './web-book-states.controller.ts';

/** Where people stand with their books: status, rating, review, and the times they read each. */
@Module({
  imports: [AuthModule, LibrariesModule, FingerprintModule],
  controllers: [BookStatesController, WebBookStatesController],
  providers: [
    BookStateRepository,
    ChangeBookState,
    ImportedStates,
    MergeBookStates,
    PushBookStates,
    StatusThresholdsRepository,
    StepStatuses,
  ],
  exports: [ChangeBookState, ImportedStates, MergeBookStates, StepStatuses],
})
export class BookStatesModule {}
