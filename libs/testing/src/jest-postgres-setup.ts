import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

declare global {
  var bookorbitTestPostgres: TestPostgres | undefined;
}

// Jest takes a default export alone, and calls it once for all projects that name this file.
export default async function setUp(): Promise<void> {
  globalThis.bookorbitTestPostgres = await startTestPostgres();
}
