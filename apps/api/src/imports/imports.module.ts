import { Module } from '@nestjs/common';
import { MulterModule } from '@nestjs/platform-express';
import { ActivityModule } from '../activity/index.ts';
import { AnnotationsModule } from '../annotations/index.ts';
import { AuthModule } from '../auth/index.ts';
import { BookStatesModule } from '../book-states/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { PositionsModule } from '../positions/index.ts';
import { ProgressModule } from '../progress/index.ts';
import { SessionsModule } from '../sessions/index.ts';
import { SyncModule } from '../sync/index.ts';
import { ChangeImport } from './change-import.ts';
import { FindUnplaced } from './find-unplaced.ts';
import { ImportRepository } from './import.repository.ts';
import { ImportsController } from './imports.controller.ts';
import { FilesOnDisk, multerOptions } from './receive-files.ts';
import { StageUpload } from './stage-upload.ts';
import { TakeBackDocument } from './take-back-document.ts';
import { TakeInDocument } from './take-in-document.ts';

/** Where uploads lie while they are read. */
@Module({ providers: [FilesOnDisk], exports: [FilesOnDisk] })
class UploadsModule {}

/** Import without Wi-Fi: files of a device, sent by hand, count as if it had synced. */
@Module({
  imports: [
    MulterModule.registerAsync({ imports: [UploadsModule], inject: [FilesOnDisk], useFactory: multerOptions }),
    UploadsModule,
    ActivityModule,
    AnnotationsModule,
    AuthModule,
    BookStatesModule,
    FingerprintModule,
    PositionsModule,
    ProgressModule,
    SessionsModule,
    SyncModule,
  ],
  controllers: [ImportsController],
  providers: [ChangeImport, FindUnplaced, ImportRepository, StageUpload, TakeBackDocument, TakeInDocument],
  exports: [FindUnplaced, ImportRepository, TakeBackDocument, TakeInDocument],
})
export class ImportsModule {}
