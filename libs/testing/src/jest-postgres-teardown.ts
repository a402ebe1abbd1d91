import './jest-postgres-setup.ts';

// Jest takes a default export alone.
export default async function tearDown(): Promise<void> {
  await globalThis.bookorbitTestPostgres?.stop();
}
