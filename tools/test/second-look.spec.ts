import { suitesToLookAtAgain, withSecondLook } from './second-look.mjs';

const FOLDER = '/project/apps/web-e2e';
const test = (fullName: string, status: string) => ({ fullName, status });
const suite = (path: string, status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  name: `/project/apps/${path}`,
  status,
  assertionResults,
});
const report = (...testResults: ReturnType<typeof suite>[]) => JSON.stringify({ testResults });
const HOME = 'web-e2e/src/home.spec.ts';

describe('suitesToLookAtAgain', () => {
  it('names browser specs that failed, those that could not run among them', () => {
    const json = report(
      suite(HOME, 'failed', test('home', 'failed')),
      suite('web-e2e/src/books.spec.ts', 'passed', test('books', 'passed')),
      suite('web-e2e/src/book.spec.ts', 'failed'),
    );
    expect(suitesToLookAtAgain(json, FOLDER)).toEqual([
      '/project/apps/web-e2e/src/home.spec.ts',
      '/project/apps/web-e2e/src/book.spec.ts',
    ]);
  });

  it('lets a failure of any other spec stand, with all beside it', () => {
    const api = suite('api-e2e/src/race.spec.ts', 'failed', test('race', 'failed'));
    expect(suitesToLookAtAgain(report(suite(HOME, 'failed'), api), FOLDER)).toEqual([]);
    expect(suitesToLookAtAgain(report(api), FOLDER)).toEqual([]);
  });

  it('lets many failures stand, and a run without a report', () => {
    const many = Array.from({ length: 5 }, (_, n) => suite(`web-e2e/src/${n}.spec.ts`, 'failed'));
    expect(suitesToLookAtAgain(report(...many), FOLDER)).toEqual([]);
    expect(suitesToLookAtAgain(undefined, FOLDER)).toEqual([]);
    expect(suitesToLookAtAgain('{"half', FOLDER)).toEqual([]);
  });
});

describe('withSecondLook', () => {
  const first = report(
    suite(HOME, 'failed', test('opens', 'passed'), test('scrolls', 'failed'), test('closes', 'failed')),
    suite('api-e2e/src/a.spec.ts', 'passed', test('a', 'passed')),
  );

  it('takes the second result of a spec, and names what passed only then', () => {
    const second = report(
      suite(HOME, 'failed', test('opens', 'passed'), test('scrolls', 'passed'), test('closes', 'failed')),
    );
    const { json, passedAtSecond } = withSecondLook(first, second);
    expect(passedAtSecond).toEqual(['scrolls']);
    const statuses = (JSON.parse(json) as { testResults: ReturnType<typeof suite>[] }).testResults.map((one) => [
      one.status,
      one.assertionResults.map(({ status }) => status),
    ]);
    expect(statuses).toEqual([
      ['failed', ['passed', 'passed', 'failed']],
      ['passed', ['passed']],
    ]);
  });

  it('leaves the first result where the second run came to nothing', () => {
    expect(withSecondLook(first, undefined)).toEqual({ json: first, passedAtSecond: [] });
    expect(withSecondLook(first, report())).toEqual({ json: first, passedAtSecond: [] });
  });

  it('counts a test that failed at the second look only', () => {
    const second = report(suite(HOME, 'failed', test('opens', 'failed'), test('scrolls', 'passed')));
    const { json } = withSecondLook(first, second);
    expect(JSON.parse(json)).toMatchObject({ testResults: [{ status: 'failed' }, { status: 'passed' }] });
  });
});
