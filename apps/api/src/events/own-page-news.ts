import { Injectable, Logger } from '@nestjs/common';
import type { ServerEvent } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { PageNews } from '../auth/index.ts';
import { EventBus } from './event-bus.ts';

/** Tells what somebody changed on one page to all pages of theirs, and to nobody else's. */
@Injectable()
export class OwnPageNews extends PageNews {
  private readonly logger = new Logger('Events');

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: EventBus,
  ) {
    super();
  }

  override async tell(userId: number, event: ServerEvent): Promise<void> {
    try {
      await this.events.publish(this.dataSource.manager, event, { userId });
    } catch (error) {
      this.logger.warn(`Open pages were not told of a change: ${String(error)}`);
    }
  }
}
