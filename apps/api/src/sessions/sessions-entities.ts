import { PageStatEntity, PageStatUploadEntity } from './page-stat.entity.ts';
import { ReadingDayEntity, ReadingSessionEntity } from './reading-session.entity.ts';
import { SessionRecountEntity } from './session-recount.entity.ts';

/** Tables of this module. */
export const SESSION_ENTITIES = [
  PageStatEntity,
  PageStatUploadEntity,
  ReadingSessionEntity,
  ReadingDayEntity,
  SessionRecountEntity,
];
