import { defineQueue } from '../jobs/index.ts';

/** Goes through the documents of an import by whatever step its state says. */
export const WORK_ON_IMPORT = defineQueue<{ readonly userId: number; readonly importId: number }>('work-on-import', {
  retryLimit: 2,
  heartbeatSeconds: 60,
  expireInSeconds: 6 * 60 * 60,
});
