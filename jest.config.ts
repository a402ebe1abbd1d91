import type { Config } from 'jest';
import presets from 'jest-preset-angular/presets/index.js';

/** Packages that ship only as ES modules and are reached by server tests: jest transforms them to CommonJS. */
const ES_MODULE_PACKAGES = [
  '@nestjs',
  'chokidar',
  'readdirp',
  'pg-boss',
  'serialize-error',
  'non-error',
  'cron-parser',
  'cookie',
  'foliate-js',
  'rate-limiter-flexible',
  'parse5',
  'entities',
];

const swc = (syntax: 'typescript' | 'ecmascript') => [
  '@swc/jest',
  {
    module: { type: 'commonjs' },
    jsc: {
      target: 'es2024',
      parser: { syntax, decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
      keepClassNames: true,
    },
  },
];

type Project = Exclude<NonNullable<Config['projects']>[number], string>;

function nodeProject(displayName: string, root: string, extra: Partial<Project> = {}): Project {
  return {
    displayName,
    rootDir: root,
    testEnvironment: 'node',
    testMatch: ['<rootDir>/**/*.spec.ts'],
    testPathIgnorePatterns: ['/node_modules/', '/dist/'],
    modulePathIgnorePatterns: ['/dist/'],
    transform: { '^.+\\.ts$': swc('typescript'), '^.+\\.m?js$': swc('ecmascript') } as Project['transform'],
    transformIgnorePatterns: [`/node_modules/(?!(${ES_MODULE_PACKAGES.join('|')})/)`],
    testEnvironmentOptions: { customExportConditions: ['@bookorbit/source', 'node', 'node-addons'] },
    ...extra,
  };
}

/** Starts one throw-away Postgres for the whole run; each suite gets a database of its own from a template. */
const WITH_POSTGRES: Partial<Project> = {
  globalSetup: '<rootDir>/../../libs/testing/src/jest-postgres-setup.ts',
  globalTeardown: '<rootDir>/../../libs/testing/src/jest-postgres-teardown.ts',
};

export default {
  testTimeout: 120_000,
  projects: [
    nodeProject('contracts', 'libs/contracts'),
    nodeProject('domain', 'libs/domain'),
    nodeProject('book-files', 'libs/book-files'),
    nodeProject('testing', 'libs/testing'),
    nodeProject('tools', 'tools'),
    nodeProject('api', 'apps/api', WITH_POSTGRES),
    nodeProject('api-e2e', 'apps/api-e2e', WITH_POSTGRES),
    nodeProject('web-e2e', 'apps/web-e2e', WITH_POSTGRES),
    {
      displayName: 'web',
      rootDir: 'apps/web',
      ...presets.createCjsPreset({ tsconfig: '<rootDir>/tsconfig.spec.json' }),
      setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
      testMatch: ['<rootDir>/src/**/*.spec.ts'],
      // From source, so that specs need no build.
      moduleNameMapper: {
        '^@bookorbit/contracts$': '<rootDir>/../../libs/contracts/src/index.ts',
        '^@bookorbit/domain-(.*)$': '<rootDir>/../../libs/domain/$1/src/index.ts',
      },
    },
  ],
} satisfies Config;
