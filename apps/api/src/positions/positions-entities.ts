import { DamagedChapterEntity } from './damaged-chapter.entity.ts';
import { PositionIndexEntity } from './position-index.entity.ts';

/** Tables of this module. */
export const POSITION_ENTITIES = [DamagedChapterEntity, PositionIndexEntity];
