import { longestSuites } from './longest-suites.mjs';

const suite = (name: string, seconds: number) => ({
  name: `/project/${name}`,
  startTime: 5_000,
  endTime: 5_000 + seconds * 1_000,
});

describe('longestSuites', () => {
  it('names those that took longest, and none that are short', () => {
    const json = JSON.stringify({
      testResults: [suite('a.spec.ts', 30), suite('b.spec.ts', 19), suite('c/d.spec.ts', 120.4)],
    });
    expect(longestSuites(json, '/project')).toEqual(['c/d.spec.ts 120 s', 'a.spec.ts 30 s']);
  });

  it('names few', () => {
    const json = JSON.stringify({ testResults: Array.from({ length: 40 }, (_, n) => suite(`${n}.spec.ts`, 100 + n)) });
    expect(longestSuites(json, '/project')).toHaveLength(8);
  });

  it('has nothing to say of a jest that wrote nothing', () => {
    expect(longestSuites(undefined, '/project')).toEqual([]);
    expect(longestSuites('{"half', '/project')).toEqual([]);
  });
});
