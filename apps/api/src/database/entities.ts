// Not by the modules' index.ts: those load services, which load this folder. Entities load nothing but other entities.
import { ANNOTATION_ENTITIES } from '../annotations/annotations-entities.ts';
import { ACTIVITY_ENTITIES } from '../activity/activity-entities.ts';
import { AUTH_ENTITIES } from '../auth/auth-entities.ts';
import { BOOK_STATE_ENTITIES } from '../book-states/book-states-entities.ts';
import { FINGERPRINT_ENTITIES } from '../fingerprint/fingerprint-entities.ts';
import { IMPORT_ENTITIES } from '../imports/imports-entities.ts';
import { LIBRARY_ENTITIES } from '../libraries/library-entities.ts';
import { POSITION_ENTITIES } from '../positions/positions-entities.ts';
import { PROGRESS_ENTITIES } from '../progress/progress-entities.ts';
import { SESSION_ENTITIES } from '../sessions/sessions-entities.ts';

/** Every table that has an entity. The migrations make the schema; a spec proves that these agree with them. */
export const ENTITIES = [
  ...AUTH_ENTITIES,
  ...LIBRARY_ENTITIES,
  ...POSITION_ENTITIES,
  ...FINGERPRINT_ENTITIES,
  ...BOOK_STATE_ENTITIES,
  ...PROGRESS_ENTITIES,
  ...SESSION_ENTITIES,
  ...ACTIVITY_ENTITIES,
  ...ANNOTATION_ENTITIES,
  ...IMPORT_ENTITIES,
];
