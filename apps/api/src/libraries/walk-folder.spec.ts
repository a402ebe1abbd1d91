import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sighting, walkFolder } from './walk-folder.ts';

const NOBODY = 65_534;

describe('walking a folder', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'bookorbit-walk-'));
    chmodSync(folder, 0o755);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function walk(options: Parameters<typeof walkFolder>[1] = {}): Promise<Sighting[]> {
    const sightings: Sighting[] = [];
    for await (const sighting of walkFolder(folder, options)) sightings.push(sighting);
    return sightings.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  it('tells of every book file below it', async () => {
    for (let number = 0; number < 100; number += 1) {
      mkdirSync(join(folder, String(number % 10), 'x'), { recursive: true });
      writeFileSync(join(folder, String(number % 10), 'x', `${number}.epub`), '12345');
    }
    const sightings = await walk();
    expect(sightings).toHaveLength(100);
    expect(sightings[0]).toMatchObject({ kind: 'file', path: '0/x/0.epub', stat: { size: 5 } });
  });

  it('says which part it may not read, and goes on with the rest', async () => {
    mkdirSync(join(folder, 'closed'));
    writeFileSync(join(folder, 'closed', 'a.epub'), 'a');
    writeFileSync(join(folder, 'open.epub'), 'a');
    chmodSync(join(folder, 'closed'), 0);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) process.seteuid?.(NOBODY);
    const sightings = await walk().finally(() => isRoot && process.seteuid?.(0));
    expect(sightings).toMatchObject([
      { kind: 'unreadable', path: 'closed', reason: 'the server may not read it' },
      { kind: 'file', path: 'open.epub' },
    ]);
  });

  it('says so when the folder itself is not there', async () => {
    rmSync(folder, { recursive: true });
    expect(await walk()).toEqual([{ kind: 'unreadable', path: '', reason: 'there is no such folder' }]);
  });

  it('stays out of folders it is told to', async () => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.epub'), 'a');
    expect(await walk({ excluded: [join(folder, 'data')] })).toEqual([]);
  });
});
