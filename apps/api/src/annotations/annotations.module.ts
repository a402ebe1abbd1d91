import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/index.ts';
import { FingerprintModule } from '../fingerprint/index.ts';
import { AckAnnotations, AckBookmarks } from './ack-annotations.ts';
import { AckFiles } from './ack-files.ts';
import { AnnotationRepository } from './annotation.repository.ts';
import { AnnotationsController } from './annotations.controller.ts';
import { ExchangeAnnotations } from './exchange-annotations.ts';
import { ExchangeBookmarks } from './exchange-bookmarks.ts';
import { ExchangeFiles } from './exchange-files.ts';
import { PluginAnnotations } from './plugin-annotations.ts';

/** Highlights, notes and dog-ears of all devices and the web. */
@Module({
  imports: [AuthModule, FingerprintModule],
  controllers: [AnnotationsController],
  providers: [
    AckAnnotations,
    AckBookmarks,
    AckFiles,
    AnnotationRepository,
    ExchangeAnnotations,
    ExchangeBookmarks,
    ExchangeFiles,
    PluginAnnotations,
  ],
  exports: [AckAnnotations, AckBookmarks, ExchangeAnnotations, ExchangeBookmarks],
})
export class AnnotationsModule {}
