import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/index.ts';
import { ProgressModule } from '../progress/index.ts';
import { CleanImports } from './clean-imports.ts';
import { ImportsModule } from './imports.module.ts';
import { WorkOnImports } from './work-on-imports.ts';

/** What a serving process does by itself about imports. */
@Module({ imports: [ActivityModule, ImportsModule, ProgressModule], providers: [CleanImports, WorkOnImports] })
export class ImportsWorkersModule {}
