import { enginePathOf, entryNameOf } from './engine-path.ts';

// Where crengine itself looks, for each of these.
describe('the name crengine asks a zip for', () => {
  it.each([
    ['c%30.xhtml', 'OEBPS/c0.xhtml'],
    ['./T/./c.xhtml', 'OEBPS/T/c.xhtml'],
    ['x/../c.xhtml', 'OEBPS/c.xhtml'],
    ['../c.xhtml', 'c.xhtml'],
    ['%2e%2e/c.xhtml', 'c.xhtml'],
    ['../../c.xhtml', '../c.xhtml'],
    ['.a/../c.xhtml', 'c.xhtml'],
    ['T//c.xhtml', 'OEBPS/T//c.xhtml'],
    ['T\\c.xhtml', 'OEBPS/T/c.xhtml'],
    ['/OEBPS/c.xhtml', 'OEBPS/c.xhtml'],
    ['\\OEBPS\\c.xhtml', '\\OEBPS\\c.xhtml'],
    ['c.xhtml#x', 'OEBPS/c.xhtml#x'],
    ['c.xhtml?x', 'OEBPS/c.xhtml?x'],
    ['a+b%2B.xhtml', 'OEBPS/a+b+.xhtml'],
    ['p%2520q.xhtml', 'OEBPS/p%20q.xhtml'],
    ['%zz%20.xhtml', 'OEBPS/%zz%20.xhtml'],
    ['%ff.xhtml', 'OEBPS/%ff.xhtml'],
    ['c%00.xhtml', 'OEBPS/c%00.xhtml'],
    ['e\u0301.xhtml', 'OEBPS/e\u0301.xhtml'],
    [' c.xhtml\t', 'OEBPS/c.xhtml'],
    ['\u00a0c.xhtml', 'OEBPS/\u00a0c.xhtml'],
  ])('of %j in the folder OEBPS is %j', (href, name) => {
    expect(entryNameOf(enginePathOf('OEBPS/content.opf', href))).toBe(name);
  });

  it('has the slashes the address has where the package lies in no folder', () => {
    expect(enginePathOf('content.opf', 'T\\a/../c.xhtml')).toBe('T\\c.xhtml');
    expect(enginePathOf('content.opf', './c.xhtml')).toBe('c.xhtml');
  });

  // By patterns for what stands at an end, and with every step up taken, each of these takes a minute.
  it.each([
    ['blanks', `a${' '.repeat(200_000)}b`],
    ['steps up', `${'.a/'.repeat(100_000)}${'../'.repeat(100_000)}`],
  ])('is found in finite time for an href of many %s', (_what, href) => {
    const started = performance.now();
    expect(enginePathOf('OEBPS/content.opf', href)).toBe(`OEBPS/${href}`);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
