export { JobQueue } from './job-queue.ts';
export { JobsModule } from './jobs.module.ts';
export { type Attempt, defineQueue, type Handler, type Queue, type QueueOptions, type SendOptions } from './queue.ts';
