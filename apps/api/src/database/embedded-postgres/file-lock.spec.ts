import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileLock } from './file-lock.ts';

const OWNER = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0, isForeign: false };

describe('a lock between processes', () => {
  let folder: string;
  const opened: FileLock[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
  });
  afterEach(() => {
    for (const lock of opened.splice(0)) lock.close();
    rmSync(folder, { recursive: true });
  });

  const open = () => {
    const lock = new FileLock(join(folder, 'a.lock'), OWNER);
    opened.push(lock);
    return lock;
  };

  it('can be opened while another holds it, and is nobody else’s', () => {
    const first = open();
    expect(first.tryAlone()).toBe(true);
    const second = open();
    expect([second.tryAlone(), second.tryShared()]).toEqual([false, false]);
    first.release();
    expect(second.tryAlone()).toBe(true);
  });

  it('is a file as soon as it is opened, which takes no lock that somebody could be in the way of', () => {
    open();
    expect(statSync(join(folder, 'a.lock')).size).toBe(0);
  });

  it('is shared by many, or held by one', () => {
    const [a, b, c] = [open(), open(), open()];
    expect([a.tryShared(), b.tryShared(), c.tryAlone()]).toEqual([true, true, false]);
    a.release();
    b.release();
    expect(c.tryAlone()).toBe(true);
  });
});
