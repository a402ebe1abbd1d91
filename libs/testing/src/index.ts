export { makeSmallEpub, type SmallEpub } from './make-small-epub.ts';
export { makeZip, type ZipEntry } from './make-zip.ts';
export { brokenBooks, corpusBooks, sharedPath } from './shared-path.ts';
export { createTestDatabase, type TestDatabase, type TestSchema } from './test-database.ts';
export {
  startTestPostgres,
  TEST_POSTGRES_VARIABLE,
  type TestPostgres,
  type TestPostgresConnection,
  testPostgresConnection,
} from './test-postgres.ts';
