import { Module } from '@nestjs/common';
import { JobsModule } from '../jobs/index.ts';
import { RecountSessions } from './recount-sessions.ts';
import { SessionsModule } from './sessions.module.ts';

/** What a serving process does by itself about reading time. */
@Module({ imports: [JobsModule, SessionsModule], providers: [RecountSessions] })
export class SessionWorkersModule {}
