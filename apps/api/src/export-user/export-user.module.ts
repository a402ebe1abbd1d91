import { Module } from '@nestjs/common';
import { AnnotationsModule } from '../annotations/index.ts';
import { AuthModule } from '../auth/index.ts';
import { ExportUserController } from './export-user.controller.ts';
import { WriteExport } from './write-export.ts';

/** Data is the user's: all of it, to take along. */
@Module({
  imports: [AnnotationsModule, AuthModule],
  controllers: [ExportUserController],
  providers: [WriteExport],
  exports: [WriteExport],
})
export class ExportUserModule {}
