import { CreatePeople1795428000000 } from './1795428000000-create-people.ts';
import { CreateLibrary1795428100000 } from './1795428100000-create-library.ts';
import { CreateKoreaderProgress1795428200000 } from './1795428200000-create-koreader-progress.ts';
import { CreateReadingSessions1795428300000 } from './1795428300000-create-reading-sessions.ts';
import { CreateAnnotations1795428400000 } from './1795428400000-create-annotations.ts';
import { CreateBookStates1795428500000 } from './1795428500000-create-book-states.ts';
import { CreateSyncFeed1795428600000 } from './1795428600000-create-sync-feed.ts';
import { CreatePositionIndexes1795428700000 } from './1795428700000-create-position-indexes.ts';
import { KeepWordsOfPlaces1795428710000 } from './1795428710000-keep-words-of-places.ts';
import { CreateProgressResets1795428800000 } from './1795428800000-create-progress-resets.ts';
import { CreateImports1795429000000 } from './1795429000000-create-imports.ts';
import { FindOldTombstones1795429010000 } from './1795429010000-find-old-tombstones.ts';
import { KeepSkeletonsOfTombstones1795429020000 } from './1795429020000-keep-skeletons-of-tombstones.ts';
import { LetPageStatsGoWithTheirUser1795429100000 } from './1795429100000-let-page-stats-go-with-their-user.ts';
import { KeepPluginVersionOfSweeps1795429200000 } from './1795429200000-keep-plugin-version-of-sweeps.ts';
import { FindSyncsOfADevice1795429300000 } from './1795429300000-find-syncs-of-a-device.ts';
import { AnchorAnnotations1795429400000 } from './1795429400000-anchor-annotations.ts';
import { KeepFormerValues1795429600000 } from './1795429600000-keep-former-values.ts';
import { KeepFirstUpload1795429610000 } from './1795429610000-keep-first-upload.ts';
import { KeepClocksOfInstalls1795429620000 } from './1795429620000-keep-clocks-of-installs.ts';
import { KeepWhatDevicesWereGiven1795910401100 } from './1795910401100-keep-what-devices-were-given.ts';
import { TellClonesApartByClock1795910402000 } from './1795910402000-tell-clones-apart-by-clock.ts';
import { KeepSaidRounds1795910402100 } from './1795910402100-keep-said-rounds.ts';
import { FindAnnotationsQuickly1795910403000 } from './1795910403000-find-annotations-quickly.ts';
import { CountExchanges1795910404000 } from './1795910404000-count-exchanges.ts';
import { CompareDeviceIdsAlike1795910405000 } from './1795910405000-compare-device-ids-alike.ts';
import { RecountSharedReading1795910405100 } from './1795910405100-recount-shared-reading.ts';
import { KeepWhenStatusesWereChosen1795910406000 } from './1795910406000-keep-when-statuses-were-chosen.ts';
import { KeepWhatPlacesCameUnder1795910406100 } from './1795910406100-keep-what-places-came-under.ts';
import { KeepDamagedChapters1795910407000 } from './1795910407000-keep-damaged-chapters.ts';
import { BeginKeysWithTheUser1795910408000 } from './1795910408000-begin-keys-with-the-user.ts';

/** Every migration, oldest first. One that was ever released is never edited. */
export const MIGRATIONS = [
  CreatePeople1795428000000,
  CreateLibrary1795428100000,
  CreateKoreaderProgress1795428200000,
  CreateReadingSessions1795428300000,
  CreateAnnotations1795428400000,
  CreateBookStates1795428500000,
  CreateSyncFeed1795428600000,
  CreatePositionIndexes1795428700000,
  KeepWordsOfPlaces1795428710000,
  CreateProgressResets1795428800000,
  CreateImports1795429000000,
  FindOldTombstones1795429010000,
  KeepSkeletonsOfTombstones1795429020000,
  LetPageStatsGoWithTheirUser1795429100000,
  KeepPluginVersionOfSweeps1795429200000,
  FindSyncsOfADevice1795429300000,
  AnchorAnnotations1795429400000,
  KeepFormerValues1795429600000,
  KeepFirstUpload1795429610000,
  KeepClocksOfInstalls1795429620000,
  KeepWhatDevicesWereGiven1795910401100,
  TellClonesApartByClock1795910402000,
  KeepSaidRounds1795910402100,
  FindAnnotationsQuickly1795910403000,
  CountExchanges1795910404000,
  CompareDeviceIdsAlike1795910405000,
  RecountSharedReading1795910405100,
  KeepWhenStatusesWereChosen1795910406000,
  KeepWhatPlacesCameUnder1795910406100,
  KeepDamagedChapters1795910407000,
  BeginKeysWithTheUser1795910408000,
];
