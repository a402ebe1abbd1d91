import { Global, Module } from '@nestjs/common';
import { JobQueue } from './job-queue.ts';

/** Background jobs for every module. */
@Global()
@Module({ providers: [JobQueue], exports: [JobQueue] })
export class JobsModule {}
