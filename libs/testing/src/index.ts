export { Bystander, BystanderRows, StaleDevice } from './bystander/index.ts';
export {
  type DeviceAccount,
  type DeviceAnswer,
  type DeviceClock,
  keyOfPassword,
  PluginDevice,
  StockDevice,
} from './koreader-device.ts';
export { type DeviceBook, deviceBookOf, openOnDevice } from './koreader-device-book.ts';
export { CHAPTER_EDITS } from './chapter-edits.ts';
export { damageEntry } from './damage-entry.ts';
export { makeChapterBook, makeThreeChapters } from './make-chapter-book.ts';
export { makeSmallEpub, type SmallEpub } from './make-small-epub.ts';
export { makeZip, type ZipEntry } from './make-zip.ts';
export { freePort, type ServerProcess, type ServerProcessOptions, startServerProcess } from './server-process.ts';
export { brokenBooks, corpusBooks, sharedPath } from './shared-path.ts';
export { createLinguisticDatabase, createTestDatabase, type TestDatabase, type TestSchema } from './test-database.ts';
export {
  startTestPostgres,
  TEST_POSTGRES_VARIABLE,
  type TestPostgres,
  type TestPostgresConnection,
  testPostgresConnection,
} from './test-postgres.ts';
export {
  ConnectionLost,
  play,
  type Play,
  playAsAsked,
  type SimulatedAnswer,
  type SimulatedBook,
  type SimulatedKobo,
  type SimulatedPerson,
  type SimulatedServer,
} from './simulator/index.ts';
