import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { dataSourceOptions } from '../database/index.ts';
import { MIGRATED_SCHEMA } from '../database/test-database.ts';
import { createTestReader } from '../database/test-reader.ts';
import { JobQueue } from '../jobs/index.ts';
import { CleanImports } from './clean-imports.ts';
import { ImportRepository } from './import.repository.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const DAY_MS = 86_400_000;

describe('imports past their time', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let userId: number;
  const imports = new ImportRepository();

  beforeEach(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    dataSource = await new DataSource(dataSourceOptions(database.connection)).initialize();
    ({ userId } = await createTestReader(dataSource));
  });
  afterEach(async () => {
    await dataSource?.destroy();
    await database?.drop();
  });

  async function addImport(
    state: 'reading' | 'ready' | 'applied' | 'applying' | 'undone',
    days: number,
  ): Promise<number> {
    const id = await imports.nextId(dataSource.manager);
    const createdAt = new Date(NOW.getTime() - 100 * DAY_MS);
    const expiresAt = new Date(NOW.getTime() + days * DAY_MS);
    await imports.create(dataSource.manager, userId, {
      id,
      deviceId: `d-${id}`,
      deviceName: 'Import',
      createdAt,
      expiresAt,
    });
    await imports.change(dataSource.manager, userId, id, { state });
    await imports.addDocuments(dataSource.manager, userId, id, [{ document: 'a'.repeat(32), notes: [] }]);
    const rows = { pages: [1], startTimes: [1_700_000_000], durations: [5], totalPages: [9] };
    await imports.addPageStats(dataSource.manager, userId, id, 'a'.repeat(32), 1, rows);
    return id;
  }

  const stagedOf = async (id: number) =>
    (await imports.findParts(dataSource.manager, userId, id, 'a'.repeat(32))).length;

  it('are forgotten, but for what was applied: that stays on record, and only cannot be taken back any more', async () => {
    const [left, kept, applied, fresh, broken, busy] = [
      await addImport('ready', -1),
      await addImport('ready', 1),
      await addImport('applied', -1),
      await addImport('applied', 1),
      await addImport('reading', 1),
      await addImport('applying', -1),
    ];
    const clock = new Clock();
    clock.now = () => NOW;
    expect(await new CleanImports(new JobQueue(dataSource), dataSource, imports, clock).run()).toBe(2);
    const ids = (await imports.list(dataSource.manager, userId)).map(({ id }) => id);
    expect(ids.sort()).toEqual([kept, applied, fresh, busy].sort());
    expect([left, broken].some((id) => ids.includes(id))).toBe(false);
    expect([await stagedOf(kept), await stagedOf(applied), await stagedOf(fresh), await stagedOf(busy)]).toEqual([
      1, 0, 1, 1,
    ]);
  });
});
