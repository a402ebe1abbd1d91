import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createTestDatabase, type TestDatabase } from '@bookorbit/testing';
import { pino } from 'pino';
import { ACCESS, type Access, NEWS } from './auth/index.ts';
import { readEnvironment } from './config/index.ts';
import { MIGRATED_SCHEMA } from './database/test-database.ts';
import { createServer } from './server.ts';

/** Routes anybody may call, each for the reason its docstring gives. Whoever adds one adds it here, on purpose. */
const PUBLIC_ROUTES = [
  'GET /api/v1/session',
  'POST /api/v1/setup',
  'POST /api/v1/session',
  'DELETE /api/v1/session',
  'POST /api/v1/koreader/users/create',
  'GET /api/v1/koreader/healthcheck',
];

/** Routes of pages that change something no other page of the same person shows, or that announce it themselves. */
const SILENT_ROUTES = /^(PUT|POST|PATCH|DELETE) \/api\/v1\/(session\/password|users\b|libraries\b|imports\b)/;

/**
 * Which module may import which, in the order of the data's way: each imports only modules above it, so that no change travels
 * upwards and any module can be read knowing only what stands before it.
 */
const MODULES: readonly { readonly name: string; readonly imports: readonly string[]; readonly reason: string }[] = [
  { name: 'clock', imports: [], reason: 'The time is a fact of its own.' },
  { name: 'config', imports: [], reason: 'Settings are read before anything else exists.' },
  { name: 'http', imports: ['config'], reason: 'Refusals and checks of requests know no rule of the product.' },
  { name: 'database', imports: ['config'], reason: 'The pool, the schema and transactions know no table by meaning.' },
  { name: 'jobs', imports: ['clock', 'config', 'database'], reason: 'Work is shared whatever it is about.' },
  {
    name: 'auth',
    imports: ['clock', 'config', 'database', 'http'],
    reason: 'Who is asking is settled before anything about books is looked at, so it may not depend on books.',
  },
  {
    name: 'events',
    imports: ['auth', 'clock', 'config', 'database', 'http'],
    reason: 'Events reach those who may see them; what they are about is theirs to say who send them.',
  },
  {
    name: 'libraries',
    imports: ['auth', 'clock', 'config', 'database', 'events', 'http', 'jobs'],
    reason:
      'Files exist whether or not a device has them: what devices do, and what looking for a place brings to light, is asked through BOOK_PLACES and DAMAGED_CHAPTERS, turned round.',
  },
  {
    name: 'positions',
    imports: ['clock', 'config', 'database', 'jobs', 'libraries'],
    reason:
      'Where a pointer leads is a fact of the file alone: whose place it is, and what is done with it, others know.',
  },
  {
    name: 'people',
    imports: ['auth', 'clock', 'config', 'database', 'events', 'http', 'libraries'],
    reason: 'A user is given libraries; libraries know users by id only.',
  },
  {
    name: 'device',
    imports: ['auth', 'http'],
    reason: 'The envelope of plugin requests is the same for all of them and decides nothing.',
  },
  {
    name: 'fingerprint',
    imports: ['auth', 'clock', 'config', 'database', 'device', 'http', 'libraries'],
    reason: 'Which file a document is does not depend on what is then done with it.',
  },
  {
    name: 'book-states',
    imports: ['auth', 'clock', 'config', 'database', 'device', 'events', 'fingerprint', 'http', 'libraries'],
    reason: 'A status follows from a place it is told; whose place that is and where it is kept is no matter of it.',
  },
  {
    name: 'progress',
    imports: [
      'auth',
      'book-states',
      'clock',
      'config',
      'database',
      'device',
      'events',
      'fingerprint',
      'http',
      'jobs',
      'libraries',
      'positions',
    ],
    reason: 'Places hang on files that were recognised before.',
  },
  {
    name: 'sessions',
    imports: ['auth', 'clock', 'config', 'database', 'device', 'events', 'fingerprint', 'http', 'jobs', 'libraries'],
    reason: 'Reading time hangs on files that were recognised before; it does not depend on where in them somebody is.',
  },
  {
    name: 'annotations',
    imports: [
      'auth',
      'clock',
      'config',
      'database',
      'device',
      'events',
      'fingerprint',
      'http',
      'jobs',
      'libraries',
      'positions',
    ],
    reason: 'Highlights hang on files that were recognised before; neither progress nor reading time changes them.',
  },
  {
    name: 'sync',
    imports: [
      'annotations',
      'auth',
      'book-states',
      'clock',
      'config',
      'database',
      'device',
      'fingerprint',
      'http',
      'progress',
      'sessions',
    ],
    reason:
      'Everything about a book in one call is the use cases of each part, one after the other; no rule is its own.',
  },
  {
    name: 'plugin-packager',
    imports: ['auth', 'clock', 'config', 'device', 'http'],
    reason: 'A package holds the plugin and an account; books and places are none of its business.',
  },
  {
    name: 'activity',
    imports: [
      'auth',
      'clock',
      'config',
      'database',
      'device',
      'events',
      'http',
      'jobs',
      'libraries',
      'plugin-packager',
    ],
    reason: 'It watches the exchanges of devices go by and tells people of them: nothing depends on it.',
  },
  {
    name: 'imports',
    imports: [
      'activity',
      'annotations',
      'auth',
      'book-states',
      'clock',
      'config',
      'database',
      'device',
      'events',
      'fingerprint',
      'http',
      'jobs',
      'libraries',
      'positions',
      'progress',
      'sessions',
      'sync',
    ],
    reason:
      'Files sent by hand go the way of a device that syncs; each module says itself how what it took in is taken back.',
  },
  {
    name: 'export-user',
    imports: ['annotations', 'auth', 'clock', 'config', 'database', 'http'],
    reason:
      'It reads the tables of all modules by their names and changes none; a spec holds its list against the schema.',
  },
  {
    name: 'leftovers',
    imports: ['clock', 'config', 'jobs'],
    reason: 'What killed requests left on disk is cleared by its place and age, whatever it was.',
  },
  {
    name: 'bootstrap',
    imports: ['auth', 'clock', 'config', 'database', 'http', 'libraries', 'people'],
    reason: 'What an unattended set-up asks for is done through the use cases people have.',
  },
];

/** Looks past a module's index.ts, each for its reason. */
const DEEP_IMPORTS: readonly { readonly from: RegExp; readonly to: RegExp; readonly reason: string }[] = [
  {
    from: /^database\/entities\.ts$/,
    to: /-entities\.ts$/,
    reason: 'An index.ts loads services, which load the database; entities load nothing.',
  },
  {
    from: /^database\/embedded-postgres\//,
    to: /^config\/operator-error\.ts$/,
    reason: 'The launcher of Postgres also runs in plain node, without Nest and its decorators.',
  },
];

interface Route {
  readonly method: string;
  /** With the prefix, parameters as `:name`. */
  readonly path: string;
  readonly access: Access | undefined;
  readonly tellsPages: boolean;
}

describe('the routes of the running server', () => {
  let database: TestDatabase;
  let app: NestExpressApplication;
  let origin: string;
  beforeAll(async () => {
    database = await createTestDatabase(MIGRATED_SCHEMA);
    const environment = readEnvironment({ LOG_LEVEL: 'silent', DATA_DIR: join('/tmp', database.connection.database) });
    app = await createServer(environment, database.connection, pino({ level: 'silent' }));
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });
  afterAll(async () => {
    await app?.close();
    await database.drop();
  });

  it('each declare who may call them', () => {
    const routes = routesOf(app);
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ access }) => access === undefined).map(nameOf)).toEqual([]);
  });

  it('are all that Express answers below /api, apart from the documentation', () => {
    const declared = new Set(routesOf(app).map(nameOf));
    const undeclared = expressRoutes(app).filter((route) => !declared.has(route) && !/ \/api\/docs/.test(route));
    expect(expressRoutes(app)).toEqual(expect.arrayContaining([...declared]));
    expect(undeclared).toEqual([]);
  });

  it('are public only where this list says so', () => {
    const open = routesOf(app).filter(({ access }) => access?.kind === 'public');
    expect(open.map(nameOf).sort()).toEqual([...PUBLIC_ROUTES].sort());
  });

  it('answer 401 to whoever shows nothing, but for the public ones', async () => {
    const answers = await Promise.all(
      routesOf(app).map(async (route) => {
        const response = await fetch(origin + route.path.replaceAll(/:\w+/g, '1'), {
          method: route.method,
          ...(route.method !== 'GET' && { body: '{}', headers: { 'content-type': 'application/json' } }),
        });
        const body = (await response.text()) || '{}';
        return { route: nameOf(route), status: response.status, error: (JSON.parse(body) as { error?: string }).error };
      }),
    );
    for (const { route, status, error } of answers) {
      if (PUBLIC_ROUTES.includes(route)) expect([route, status]).not.toEqual([route, 401]);
      else expect([route, status, error]).toEqual([route, 401, 'unauthorized']);
    }
  });

  it('ask for a KOReader account below /koreader/plugin, and nowhere else for a cookie there', () => {
    const wrong = routesOf(app).filter(
      ({ path, access }) =>
        path.startsWith('/api/v1/koreader/plugin/') !== (access?.kind === 'device' && access.routes === 'plugin'),
    );
    expect(wrong.map(nameOf)).toEqual([]);
  });

  it('tell the other open pages of a person what one of them changes', () => {
    const silent = routesOf(app).filter(
      ({ method, access, tellsPages }) => access?.kind === 'web' && method !== 'GET' && !tellsPages,
    );
    expect(silent.map(nameOf).filter((name) => !SILENT_ROUTES.test(name))).toEqual([]);
    expect(routesOf(app).filter(({ tellsPages }) => tellsPages).length).toBeGreaterThan(20);
  });
});

describe('the modules', () => {
  const imports = sourceFiles(import.meta.dirname).flatMap(importsOf);
  const moduleOf = (path: string) => (path.includes('/') ? path.slice(0, path.indexOf('/')) : undefined);
  const known = new Map(MODULES.map((module) => [module.name, module]));
  const between = imports.filter(({ from, to }) => moduleOf(from) !== moduleOf(to) && known.has(moduleOf(from) ?? ''));

  it('import each other by index.ts only', () => {
    const deep = between.filter(
      ({ from, to }) =>
        !/^[\w-]+\/index\.ts$/.test(to) && !DEEP_IMPORTS.some((rule) => rule.from.test(from) && rule.to.test(to)),
    );
    expect(between.length).toBeGreaterThan(50);
    expect(deep).toEqual([]);
  });

  it('import each other along the graph', () => {
    const against = between.filter(({ from, to }) => {
      const target = moduleOf(to);
      const isDeepRule = DEEP_IMPORTS.some((rule) => rule.from.test(from) && rule.to.test(to));
      return !isDeepRule && (target === undefined || !known.get(moduleOf(from) ?? '')?.imports.includes(target));
    });
    expect(against).toEqual([]);
  });

  it('stand in an order without circles, and each is in the graph', () => {
    for (const [position, { name, imports: mayImport }] of MODULES.entries()) {
      const above = MODULES.slice(0, position).map((module) => module.name);
      expect([name, mayImport.filter((each) => !above.includes(each))]).toEqual([name, []]);
    }
    const folders = readdirSync(import.meta.dirname, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      // The operator's commands and the simulator compose the server as main.ts does, and may use all of it.
      .filter((name) => name !== 'admin' && name !== 'simulator');
    expect(folders.filter((folder) => !known.has(folder))).toEqual([]);
  });

  it('leave no exception standing that nothing needs', () => {
    const needless = DEEP_IMPORTS.filter(
      (rule) => !between.some(({ from, to }) => rule.from.test(from) && rule.to.test(to)),
    );
    expect(needless).toEqual([]);
  });
});

function nameOf({ method, path }: Route): string {
  return `${method} ${path}`;
}

/** What the controllers of all modules declare. */
function routesOf(app: NestExpressApplication): Route[] {
  const scanner = new MetadataScanner();
  const controllers = [...app.get(ModulesContainer).values()].flatMap(({ controllers: each }) => [...each.values()]);
  return controllers.flatMap(({ metatype }) => {
    const type = metatype as Type;
    const prototype = type.prototype as Record<string, object>;
    return scanner.getAllMethodNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name];
      const method: RequestMethod | undefined = handler && Reflect.getMetadata(METHOD_METADATA, handler);
      if (!handler || method === undefined) return [];
      const access: Access | undefined = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, type);
      const tellsPages = Reflect.hasMetadata(NEWS, handler);
      const paths = [Reflect.getMetadata(PATH_METADATA, handler)].flat() as string[];
      const [base] = [Reflect.getMetadata(PATH_METADATA, type)].flat() as string[];
      return paths.map((path) => ({
        method: RequestMethod[method],
        path: `/${['api/v1', base, path]
          .map((part) => part?.replace(/^\/|\/$/g, ''))
          .filter(Boolean)
          .join('/')}`,
        access,
        tellsPages,
      }));
    });
  });
}

interface ExpressLayer {
  readonly route?: { readonly path: string | string[]; readonly methods: Readonly<Record<string, boolean>> };
}

/** What Express really has, whoever registered it. */
function expressRoutes(app: NestExpressApplication): string[] {
  const express = app.getHttpAdapter().getInstance() as { readonly router: { readonly stack: ExpressLayer[] } };
  return express.router.stack.flatMap(({ route }) =>
    route
      ? [route.path]
          .flat()
          .flatMap((path) => Object.keys(route.methods).map((method) => `${method.toUpperCase()} ${path}`))
      : [],
  );
}

/** Below `folder`, without specs and what only they use. */
function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.spec\.ts$|^test-/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !path.includes('/testing/'));
}

function importsOf(from: string): { from: string; to: string }[] {
  const text = readFileSync(join(import.meta.dirname, from), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, specifier = '']) => ({
    from,
    to: join(from, '..', specifier).split(sep).join('/'),
  }));
}
