import { DocumentLinkEntity, RefusedMatchEntity } from './document-link.entity.ts';
import { UnmatchedDocumentEntity } from './unmatched-document.entity.ts';

/** Tables of this module. */
export const FINGERPRINT_ENTITIES = [UnmatchedDocumentEntity, DocumentLinkEntity, RefusedMatchEntity];
