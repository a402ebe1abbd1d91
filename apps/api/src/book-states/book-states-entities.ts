import { BookReadingEntity, BookStateEntity } from './book-state.entity.ts';
import { DeviceBookStateEntity } from './device-book-state.entity.ts';
import { StatusThresholdsEntity } from './status-thresholds.entity.ts';

/** Tables of this module. */
export const BOOK_STATE_ENTITIES = [BookStateEntity, BookReadingEntity, DeviceBookStateEntity, StatusThresholdsEntity];
