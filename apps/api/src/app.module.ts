import { type DynamicModule, Module } from '@nestjs/common';
import type { Logger } from 'pino';
import { ActivityModule, ActivityWorkersModule } from './activity/index.ts';
import { AnnotationsModule, AnnotationWorkersModule } from './annotations/index.ts';
import { AuthModule } from './auth/index.ts';
import { BookStatesModule } from './book-states/index.ts';
import { ClockModule } from './clock/index.ts';
import { ConfigModule, type Environment } from './config/index.ts';
import { type DatabaseConnection, DatabaseModule } from './database/index.ts';
import { EventsModule } from './events/index.ts';
import { ExportUserModule } from './export-user/index.ts';
import { FingerprintModule } from './fingerprint/index.ts';
import { ImportsModule, ImportsWorkersModule } from './imports/index.ts';
import { JobsModule } from './jobs/index.ts';
import { LeftoversModule } from './leftovers/index.ts';
import { LibrariesModule, LibraryWorkersModule } from './libraries/index.ts';
import { LogModule } from './log.module.ts';
import { BootstrapModule } from './bootstrap/index.ts';
import { PeopleModule } from './people/index.ts';
import { PluginPackagerModule } from './plugin-packager/index.ts';
import { PositionsModule, PositionWorkersModule } from './positions/index.ts';
import { ProgressModule, ProgressWorkersModule } from './progress/index.ts';
import { SessionsModule, SessionWorkersModule } from './sessions/index.ts';
import { SyncModule } from './sync/index.ts';

/** The modules in the order of the data's way. */
@Module({})
export class AppModule {
  /** @param work `serve`: also scans and watches, as servers do; `command`: only what it is asked. */
  static with(
    environment: Environment,
    connection: DatabaseConnection,
    log: Logger,
    work: 'serve' | 'command' = 'serve',
  ): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(environment),
        LogModule.with(log),
        // First, because Express tries routes in this order, and devices ask for progress all day.
        ProgressModule,
        ClockModule,
        DatabaseModule.with(connection),
        JobsModule,
        EventsModule,
        AuthModule,
        PeopleModule,
        LibrariesModule,
        PositionsModule,
        FingerprintModule,
        BookStatesModule,
        SessionsModule,
        AnnotationsModule,
        SyncModule,
        PluginPackagerModule,
        ActivityModule,
        ImportsModule,
        ExportUserModule,
        BootstrapModule,
        ...(work === 'serve'
          ? [
              LibraryWorkersModule,
              PositionWorkersModule,
              ProgressWorkersModule,
              SessionWorkersModule,
              AnnotationWorkersModule,
              ActivityWorkersModule,
              ImportsWorkersModule,
              LeftoversModule,
            ]
          : []),
      ],
    };
  }
}
