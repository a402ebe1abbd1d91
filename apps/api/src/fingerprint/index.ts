export { FingerprintModule } from './fingerprint.module.ts';
export { type AskedDocument, type DocumentMatch, MatchDocuments } from './match-documents.ts';
