import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DEVICE_PROTOCOL, ERROR_CODES, LIMITS, PERMISSIONS } from './index.ts';

const GOLDEN = join(__dirname, '../golden');

/** Every golden file with its parsed content, by its path below `golden`. */
const goldenFiles = readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json'))
  .map((path) => [path, JSON.parse(readFileSync(join(GOLDEN, path), 'utf8')) as unknown] as const);

describe('the golden exchanges', () => {
  it('are there, each request with its answer', () => {
    const requests = goldenFiles.filter(([path]) => path.endsWith('.request.json')).map(([path]) => path);
    const answers = new Set(goldenFiles.map(([path]) => path).filter((path) => path.endsWith('.response.json')));
    expect(requests.length).toBeGreaterThan(0);
    for (const path of requests) expect(answers).toContain(path.replace('.request.', '.response.'));
  });

  it.each(goldenFiles.filter(([path]) => path.endsWith('.response.json')))(
    '%s holds no null, which Lua cannot tell from absent',
    (_path, content) => {
      expect(JSON.stringify(content)).not.toMatch(/[:[,]null/);
    },
  );

  it('refuse with codes of the closed list', () => {
    const refusals = goldenFiles.filter(
      ([path]) => path.startsWith('refused') && basename(path).endsWith('.response.json'),
    );
    for (const [, content] of refusals) {
      const body = content as { error?: string; body?: { error?: string } };
      expect(ERROR_CODES).toContain(body.body?.error ?? body.error);
    }
  });

  it('speak the protocol of this server where a request names one', () => {
    for (const [, content] of goldenFiles) {
      const { protocol } = content as { protocol?: number };
      if (protocol !== undefined) expect(protocol).toBe(DEVICE_PROTOCOL);
    }
  });
});

describe('the contract', () => {
  it('names each error and permission once', () => {
    expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length);
    expect(new Set(PERMISSIONS).size).toBe(PERMISSIONS.length);
  });

  it('keeps the limits other people’s clients rely on', () => {
    expect(LIMITS).toMatchObject({
      stockBodyBytes: 1_048_576,
      pluginBodyBytes: 8_388_608,
      documentLength: 255,
      positionLength: 4000,
      matchCheckHashes: 500,
      progressItems: 100,
      pageStatsBooks: 100,
      pageStatsEvents: 100_000,
      annotationKeys: 5000,
      bookmarkKeys: 500,
      bookStates: 200,
    });
  });
});
