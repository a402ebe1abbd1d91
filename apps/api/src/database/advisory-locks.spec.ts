import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADVISORY_LOCKS } from './advisory-locks.ts';

const SOURCES = join(import.meta.dirname, '..');

describe('advisory locks', () => {
  it('have a number each', () => {
    const numbers = Object.values(ADVISORY_LOCKS);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it('are all in the one list', () => {
    const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.includes('advisory-locks'),
    );
    expect(files.length).toBeGreaterThan(100);
    const others = files.filter((path) =>
      /4_?172_?0\d\d|_LOCK = [\d_]+;/.test(readFileSync(join(SOURCES, path), 'utf8')),
    );
    expect(others).toEqual([]);
  });
});
