import { countJest } from './count-jest.mjs';
import { countTap } from './count-tap.mjs';

const PROJECT = { name: 'api', folder: '/project/apps/api' };
const test = (status: string) => ({ status, fullName: `it is ${status}` });
const report = (
  ...suites: { name?: string; status: string; assertionResults: { status: string; fullName: string }[] }[]
) => JSON.stringify({ testResults: suites.map((suite) => ({ name: '/project/apps/api/src/a.spec.ts', ...suite })) });

describe('countJest', () => {
  it('counts every test, and names the skipped ones', () => {
    const json = report({ status: 'failed', assertionResults: ['passed', 'failed', 'pending', 'todo'].map(test) });
    expect(countJest(json, 1, [PROJECT])).toEqual({
      passed: 1,
      failed: 1,
      skipped: ['it is pending', 'it is todo'],
      faults: [],
    });
  });

  it('counts a suite that could not run as failed', () => {
    const json = report(
      { status: 'passed', assertionResults: [test('passed')] },
      { status: 'failed', assertionResults: [] },
    );
    expect(countJest(json, 1, [PROJECT])).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts a jest that crashed as failed', () => {
    expect(countJest(undefined, null, [PROJECT])).toMatchObject({ passed: 0, failed: 1 });
    expect(countJest('{"half', 1, [PROJECT])).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts a bad end after good tests as failed', () => {
    const json = report({ status: 'passed', assertionResults: [test('passed')] });
    expect(countJest(json, 1, [PROJECT])).toMatchObject({ passed: 1, failed: 1 });
    expect(countJest(json, 0, [PROJECT])).toMatchObject({ passed: 1, failed: 0 });
  });

  it('counts a project without a test as failed', () => {
    const json = report({ status: 'passed', assertionResults: [test('passed')] });
    expect(countJest(json, 0, [PROJECT, { name: 'web', folder: '/project/apps/web' }])).toMatchObject({
      failed: 1,
      faults: ['the project web ran no test'],
    });
  });
});

describe('countTap', () => {
  it('counts every test, and names the skipped ones', () => {
    const output = '1..3\nok 1 - pushes\nnot ok 2 - pulls\n# why\nok 3 - # SKIP waits\n';
    expect(countTap(output, 1)).toEqual({ passed: 1, failed: 1, skipped: ['# SKIP waits'], faults: [] });
  });

  it('counts tests that never ended as one failure', () => {
    expect(countTap('1..3\nok 1 - pushes\n', 0)).toMatchObject({ passed: 1, failed: 1 });
  });

  it('counts no test at all as a failure', () => {
    expect(countTap('', 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(countTap('1..0\n', 0)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts a bad end after good tests as a failure', () => {
    expect(countTap('ok 1 - pushes\n1..1\n', 139)).toMatchObject({ passed: 1, failed: 1 });
  });
});
