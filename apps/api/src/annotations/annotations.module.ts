import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { LibrariesModule } from '../libraries/index.ts';
import { PositionsModule } from '../positions/index.ts';
import { AckAnnotations, AckBookmarks } from './ack-annotations.ts';
import { AckFiles } from './ack-files.ts';
import { AnchorAnnotations } from './anchor-annotations.ts';
import { AnnotationAnchorRepository } from './annotation-anchor.repository.ts';
import { AnnotationListRepository } from './annotation-list.repository.ts';
import { AnnotationRepository } from './annotation.repository.ts';
import { AnnotationsController } from './annotations.controller.ts';
import { ChangeAnnotations } from './change-annotations.ts';
import { ChangeFoundAnnotations } from './change-found-annotations.ts';
import { ChangeManyAnnotations } from './change-many-annotations.ts';
import { ExchangeAnnotations } from './exchange-annotations.ts';
import { ExchangeBookmarks } from './exchange-bookmarks.ts';
import { ExchangeFiles } from './exchange-files.ts';
import { ImportedAnnotations } from './imported-annotations.ts';
import { FindHighlightOfTheDay } from './highlight-of-the-day.ts';
import { MakeChanges } from './make-changes.ts';
import { PluginAnnotations } from './plugin-annotations.ts';
import { BookPositionTranslator, PositionTranslator } from './position-translator.ts';
import { WebAnnotationsController } from './web-annotations.controller.ts';

/** Highlights, notes and dog-ears of all devices and the web. */
@Module({
  imports: [AuthModule, FingerprintModule, LibrariesModule, PositionsModule],
  controllers: [AnnotationsController, WebAnnotationsController],
  providers: [
    AckAnnotations,
    AckBookmarks,
    AckFiles,
    AnchorAnnotations,
    AnnotationAnchorRepository,
    AnnotationListRepository,
    AnnotationRepository,
    ChangeAnnotations,
    ChangeFoundAnnotations,
    ChangeManyAnnotations,
    ExchangeAnnotations,
    ExchangeBookmarks,
    ExchangeFiles,
    ImportedAnnotations,
    FindHighlightOfTheDay,
    MakeChanges,
    PluginAnnotations,
    { provide: PositionTranslator, useClass: BookPositionTranslator },
  ],
  exports: [
    AnnotationListRepository,
    AnnotationRepository,
    AckAnnotations,
    AckBookmarks,
    AnchorAnnotations,
    ExchangeAnnotations,
    ExchangeBookmarks,
    ImportedAnnotations,
  ],
})
export class AnnotationsModule {}
