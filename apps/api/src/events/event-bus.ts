import { Injectable } from '@nestjs/common';
import type { Permission, ServerEvent } from '@bookorbit/contracts';
import type { EntityManager } from 'typeorm';

/** Postgres channel on which server processes tell each other. */
export const EVENT_CHANNEL = 'bookorbit_events';

/** Who may hear of an event: one user, those who may read a library (or manage all), or those with a permission. */
export type Audience =
  { readonly userId: number } | { readonly libraryId: number } | { readonly permission: Permission };

export interface Announcement {
  readonly event: ServerEvent;
  readonly audience: Audience;
}

/** Tells open web pages, on whatever server process they hang, that something changed. */
@Injectable()
export class EventBus {
  /** The event goes out when the transaction commits, and never if it does not. */
  async publish(tx: EntityManager, event: ServerEvent, audience: Audience): Promise<void> {
    await tx.query(`SELECT pg_notify($1, $2)`, [EVENT_CHANNEL, JSON.stringify({ event, audience })]);
  }
}
