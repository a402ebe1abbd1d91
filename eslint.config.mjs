import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';

const SPECS = ['**/*.spec.ts'];

/** A rule of who may import whom, with its reason as the message. */
const mayNotImport = (...patterns) => ({
  'no-restricted-imports': ['error', { patterns: patterns.map(([regex, message]) => ({ regex, message })) }],
});

const NO_DEEP_LIBS = [
  '^(@bookorbit/[^/]+/|(\\.\\./)+(libs|apps|domain|[a-z-]+/src)/)',
  'Import a lib by its name: its index.ts is its public face.',
];
const NO_TESTING = [
  '^(@bookorbit/testing|fast-check)',
  'What is for tests never ships: only specs and tools import it.',
];

const NO_PACKAGES = ['^(?!\\.|@bookorbit/domain-)', 'The domain imports no packages and no node modules.'];
const NO_OTHER_DOMAIN = [
  '^@bookorbit/domain-',
  'A rule stands by itself: what it needs of another comes in as data, so that each can be read and proved alone.',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.angular/**',
      '**/.angular/**',
      'data/**',
      'tmp/**',
      'coverage/**',
      'koreader-plugin/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended, tseslint.configs.stylistic],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' },
      ],
      '@typescript-eslint/array-type': 'off',
      '@typescript-eslint/consistent-type-definitions': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/class-literal-property-style': 'off',
      // Half a surrogate pair or a control character in a pattern is often exactly what is meant here.
      'no-control-regex': 'off',
      'no-console': 'error',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    // Contracts are read by every side, so they pull nothing in.
    files: ['libs/contracts/src/**/*.ts'],
    ignores: SPECS,
    rules: mayNotImport(['^[^.]', 'Contracts are types and constants; they import nothing.']),
  },
  {
    // The rules of the domain are plain functions: what they need comes in as data, so they can be proved without a server or a clock.
    files: ['libs/domain/*/src/**/*.ts'],
    ignores: SPECS,
    rules: {
      ...mayNotImport(NO_PACKAGES, NO_OTHER_DOMAIN, NO_DEEP_LIBS),
      'no-restricted-globals': ['error', 'process', 'Buffer', 'fetch', 'setTimeout', 'setInterval'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'The time is passed in.' },
        { object: 'Math', property: 'random', message: 'Chance is passed in.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'The time is passed in.' },
      ],
    },
  },
  {
    // Both keep places, and may ask whether two of them are the same; positions know neither.
    files: ['libs/domain/{annotations,progress}/src/**/*.ts'],
    ignores: SPECS,
    rules: mayNotImport(
      NO_PACKAGES,
      [NO_OTHER_DOMAIN[0].replace('domain-', 'domain-(?!positions$)'), NO_OTHER_DOMAIN[1]],
      NO_DEEP_LIBS,
    ),
  },
  {
    files: ['libs/book-files/src/**/*.ts'],
    ignores: SPECS,
    rules: mayNotImport(
      ['^(@nestjs|typeorm|pg|@angular)', 'Book files are read without a server: scripts do it too.'],
      NO_TESTING,
      NO_DEEP_LIBS,
    ),
  },
  {
    files: ['libs/testing/src/**/*.ts'],
    rules: mayNotImport(
      [
        '^@bookorbit/(?!contracts$|domain-)',
        'Every project tests with it: if it imported one of them, that one would be tested with itself.',
      ],
      ['^(@nestjs|typeorm|@angular)', 'A server is started as a process and spoken to by HTTP, as devices do.'],
      NO_DEEP_LIBS,
    ),
  },
  {
    files: ['apps/api-e2e/src/**/*.ts', 'apps/web-e2e/src/**/*.ts'],
    rules: mayNotImport(
      [
        '^@bookorbit/(?!contracts$|testing$)',
        'What is tested is the built server: an expectation that shares its code holds whatever that code does.',
      ],
      [
        '^(@nestjs|typeorm|@angular)',
        'The server is known here by what it answers and shows, not by what it is made of.',
      ],
      NO_DEEP_LIBS,
    ),
  },
  {
    // Nest reads constructor types at run time, so what looks like a type import there may not be one.
    files: ['apps/api/**/*.ts', 'apps/web/**/*.ts'],
    languageOptions: { parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true } },
  },
  {
    files: ['apps/api/src/**/*.ts'],
    ignores: SPECS,
    rules: mayNotImport(
      ['^@angular', 'The server knows nothing of the web app but its contract.'],
      NO_TESTING,
      NO_DEEP_LIBS,
    ),
  },
  {
    files: ['apps/web/src/**/*.ts'],
    extends: [angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
    rules: {
      '@angular-eslint/component-selector': ['error', { type: 'element', prefix: 'bo', style: 'kebab-case' }],
      '@angular-eslint/directive-selector': ['error', { type: 'attribute', prefix: 'bo', style: 'camelCase' }],
      '@angular-eslint/component-class-suffix': 'off',
      '@angular-eslint/directive-class-suffix': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
    },
  },
  {
    files: ['apps/web/src/**/*.ts'],
    ignores: SPECS,
    rules: mayNotImport(
      [
        '^(@nestjs|typeorm|pg$|pg/|node:)',
        'The web app runs in a browser and speaks to the server by the contract only.',
      ],
      ['^@bookorbit/(?!contracts$|domain-)', 'The web app shares the contract and the rules, nothing else.'],
      NO_DEEP_LIBS,
    ),
  },
  {
    files: ['apps/web/src/**/*.html'],
    // The page around the app is no template: Angular translates nothing in it.
    ignores: ['apps/web/src/index.html'],
    extends: [angular.configs.templateRecommended, angular.configs.templateAccessibility],
    rules: {
      // What is read can be translated; what is data, a sign or code is not read as words.
      '@angular-eslint/template/i18n': [
        'error',
        {
          checkId: false,
          ignoreTags: ['code'],
          boundTextAllowedPattern: '[\\p{P}\\p{S}\\p{N}\\s]+',
          checkAttributes: false,
        },
      ],
    },
  },
  {
    // Tools talk to a terminal; the few others that do say why in their name.
    files: ['tools/**/*', 'apps/api/src/main.ts', 'apps/api/src/run-server.ts', 'apps/api/src/admin/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: SPECS,
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['jest.config.ts', '**/*.config.mjs', 'libs/testing/src/jest-*.ts'],
    rules: { 'no-restricted-exports': 'off' },
  },
);
