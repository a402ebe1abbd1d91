import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { ChangeLibrary } from './change-library.ts';
import { CreateLibrariesFromPaths } from './create-libraries-from-paths.ts';
import { RescanLibraries } from './rescan-libraries.ts';
import { LibraryHarness } from './testing/library-harness.ts';

describe('libraries an operator names by their folders', () => {
  let database: TestDatabase;
  let harness: LibraryHarness;
  let paths: string[];

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    harness = await LibraryHarness.start(database.connection);
    paths = ['a/Books', 'b/Books', 'Comics'].map((path) => join(harness.folder, path));
    for (const path of paths) mkdirSync(path, { recursive: true });
  });
  afterEach(async () => {
    await harness.stop();
    await database.drop();
  });

  const create = () => harness.get(CreateLibrariesFromPaths).run(paths);

  it('are made once, each with a name of its own, readable by everybody', async () => {
    const users = [await harness.addUser('one'), await harness.addUser('two')];
    const made = await Promise.all([create(), create()]);
    expect(made.flat()).toEqual(['Books', 'Books 2', 'Comics']);
    const access = await harness.query<{ user_id: number }>(`SELECT user_id FROM library_access ORDER BY 1`);
    expect(access.map(({ user_id }) => user_id)).toEqual(users.flatMap((id) => [id, id, id]));
    expect(await create()).toEqual([]);
    expect(harness.kept.jobs.filter(({ queue }) => queue === 'scan-library')).toHaveLength(3);
  });

  it('stay deleted when somebody deleted them', async () => {
    await create();
    const [first] = await harness.query<{ id: number }>(`SELECT id FROM libraries ORDER BY id`);
    await harness.get(ChangeLibrary).delete(first?.id ?? 0);
    expect(await create()).toEqual([]);
    expect(await harness.get(RescanLibraries).run()).toEqual(['Books 2', 'Comics']);
  });
});
