import { ImportDocumentEntity, ImportEntity, ImportPageStatsEntity } from './import.entity.ts';

/** Tables of this module. */
export const IMPORT_ENTITIES = [ImportEntity, ImportDocumentEntity, ImportPageStatsEntity];
