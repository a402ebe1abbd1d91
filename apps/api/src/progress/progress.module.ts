import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { BookStatesModule } from '../book-states/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { BOOK_PLACES, LibrariesModule } from '../libraries/index.ts';
import { AdoptParkedProgress } from './adopt-parked-progress.ts';
import { StoredBookPlaces } from './book-places.ts';
import { CurrentBooksController } from './current-books.controller.ts';
import { CurrentBooks } from './current-books.ts';
import { ImportedPlaces } from './imported-places.ts';
import { LinkDocument } from './link-document.ts';
import { ListUnmatched } from './list-unmatched.ts';
import { ParkedProgressRepository } from './parked-progress.repository.ts';
import { PositionsModule } from '../positions/index.ts';
import { PlaceForDevice } from './place-for-device.ts';
import { PlaceQuoteRepository } from './place-quote.repository.ts';
import { PlaceController } from './place.controller.ts';
import { ProgressController } from './progress.controller.ts';
import { ProgressRepository } from './progress.repository.ts';
import { PullStockProgress } from './pull-stock-progress.ts';
import { PushProgress } from './push-progress.ts';
import { PushSettledProgress } from './push-settled-progress.ts';
import { PushStockProgress } from './push-stock-progress.ts';
import { ResetRepository } from './reset.repository.ts';
import { SetPlace } from './set-place.ts';
import { SettledProgressRepository } from './settled-progress.repository.ts';
import { StockProgressController } from './stock-progress.controller.ts';
import { TakeInItems } from './take-in-items.ts';
import { TakeInReports } from './take-in-reports.ts';
import { UnmatchedController } from './unmatched.controller.ts';
import { UnmatchedRepository } from './unmatched.repository.ts';

/** Where people are in their books: reports of every source, the newest place, documents that wait for a file. */
@Global()
@Module({
  imports: [AuthModule, LibrariesModule, PositionsModule, FingerprintModule, BookStatesModule],
  controllers: [
    StockProgressController,
    ProgressController,
    PlaceController,
    CurrentBooksController,
    UnmatchedController,
  ],
  providers: [
    { provide: BOOK_PLACES, useClass: StoredBookPlaces },
    AdoptParkedProgress,
    CurrentBooks,
    ImportedPlaces,
    LinkDocument,
    ListUnmatched,
    ParkedProgressRepository,
    PlaceForDevice,
    PlaceQuoteRepository,
    ProgressRepository,
    PullStockProgress,
    PushProgress,
    PushSettledProgress,
    PushStockProgress,
    TakeInItems,
    ResetRepository,
    SetPlace,
    SettledProgressRepository,
    TakeInReports,
    UnmatchedRepository,
  ],
  exports: [BOOK_PLACES, ImportedPlaces, PlaceForDevice, ProgressRepository, ResetRepository, TakeInItems],
})
export class ProgressModule {}
