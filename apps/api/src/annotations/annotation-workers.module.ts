import { Injectable, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { defineQueue, JobQueue, JobsModule } from '../jobs/index.ts';
import { AnchorAnnotations } from './anchor-annotations.ts';
import { AnnotationsModule } from './annotations.module.ts';
import { PurgeTrash } from './purge-trash.ts';

const ANCHOR_ANNOTATIONS = defineQueue<Record<string, never>>('anchor-annotations', {
  retryLimit: 0,
  heartbeatSeconds: 60,
  expireInSeconds: 600,
});
/** Requests anchor what they change; this is for files that were rewritten, and for what was broken off. */
const EVERY_MINUTE = '* * * * *';

/** Anchors what no request did. */
@Injectable()
export class AnchorWaitingAnnotations implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly anchorAnnotations: AnchorAnnotations,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work(ANCHOR_ANNOTATIONS, (_, { signal }) => this.anchorAnnotations.run(undefined, signal));
    await this.jobs.repeat(ANCHOR_ANNOTATIONS, EVERY_MINUTE);
  }
}

/** What a serving process does by itself about annotations. */
@Module({ imports: [JobsModule, AnnotationsModule], providers: [AnchorWaitingAnnotations, PurgeTrash] })
export class AnnotationWorkersModule {}
