import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { pino } from 'pino';
import { ENVIRONMENT } from '../config/index.ts';
import { ErrorFilter } from '../http/index.ts';
import { PublicAccess, WebAccess } from './access.decorator.ts';
import { AccessGuard } from './access.guard.ts';
import { Logins } from './logins.ts';

@Controller()
class Routes {
  @Get('forgotten')
  forgotten(): string {
    return 'open to everybody';
  }

  @Get('public')
  @PublicAccess()
  public(): string {
    return 'for everybody';
  }

  @Get('managed')
  @WebAccess('manage_users')
  managed(): string {
    return 'for admins';
  }
}

@Controller('default')
@WebAccess()
class DefaultRoutes {
  @Get()
  inherited(): string {
    return 'for users';
  }
}

@Module({
  controllers: [Routes, DefaultRoutes],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: ENVIRONMENT, useValue: {} },
    {
      provide: Logins,
      useValue: {
        find: ({ headers }: { headers: Record<string, string | undefined> }) =>
          Promise.resolve(
            headers['cookie'] && { userId: 1, username: 'ann', permissions: headers['cookie'].split(',') },
          ),
      },
    },
  ],
})
class Sample {}

describe('the access guard', () => {
  let app: INestApplication;
  let origin: string;
  beforeAll(async () => {
    // What devices are verified with is not needed for these routes.
    const module = await Test.createTestingModule({ imports: [Sample] })
      .useMocker(() => ({}))
      .compile();
    app = module.createNestApplication();
    app.useGlobalFilters(new ErrorFilter(pino({ level: 'silent' })));
    await app.listen(0, '127.0.0.1');
    origin = await app.getUrl();
  });
  afterAll(() => app.close());

  const ask = async (path: string, cookie?: string) => {
    const answer = await fetch(`${origin}/${path}`, { headers: cookie === undefined ? {} : { cookie } });
    return answer.status;
  };

  it('refuses a route that declares nobody, to everybody', async () => {
    expect(await ask('forgotten')).toBe(403);
    expect(await ask('forgotten', 'manage_users,download')).toBe(403);
  });

  it('lets in whom a route names, alone or for its whole controller', async () => {
    expect([await ask('public'), await ask('default'), await ask('default', 'download')]).toEqual([200, 401, 200]);
    expect([await ask('managed'), await ask('managed', 'download'), await ask('managed', 'manage_users')]).toEqual([
      401, 403, 200,
    ]);
  });
});
