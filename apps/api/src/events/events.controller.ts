import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { CurrentUser, type UserPrincipal, WebAccess } from '../auth/index.ts';
import { EventStreams } from './event-streams.ts';

@Controller('events')
export class EventsController {
  constructor(private readonly streams: EventStreams) {}

  /** Server-sent events: what changed, as far as this user may see it. An event named `ping` says nothing. */
  @Sse()
  @WebAccess()
  open(@CurrentUser() user: UserPrincipal): Promise<Observable<MessageEvent>> {
    return this.streams.open(user.userId);
  }
}
