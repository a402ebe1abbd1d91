import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AnnounceSyncs } from './announce-syncs.ts';
import type { SyncNote } from './sync-note.ts';

/** A request of a device, to be written into the feed of its user. */
export interface FeedEntry extends SyncNote {
  readonly userId: number;
  readonly deviceId: string;
  readonly exchange: string;
  readonly happenedAt: Date;
  readonly milliseconds: number;
}

/** Pages are turned more often than anybody looks at the feed. */
const SOON_MS = 200;

// Not waiting for the disk: what a feed tells is stored already, and a power cut takes at most its last lines.
const INSERT = `
  WITH unhurried AS (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO sync_feed (user_id, happened_at, device_id, exchange, milliseconds, documents, came, went, refused)
  SELECT r.user_id, r.happened_at, r.device_id, r.exchange, r.milliseconds, r.documents, r.came, r.went, r.refused
  FROM unhurried, jsonb_to_recordset($1::jsonb) AS r (n int, user_id int, happened_at timestamptz, device_id text, exchange text, milliseconds int,
    documents text[], came jsonb, went jsonb, refused jsonb)
  WHERE EXISTS (SELECT 1 FROM users u WHERE u.id = r.user_id) ORDER BY r.n`;

/** Writes the feed, outside of the devices' own transactions: entries that wait while others are written go in one statement. */
@Injectable()
export class SyncFeed implements OnModuleDestroy {
  private readonly logger = new Logger('SyncFeed');
  private waiting: FeedEntry[] = [];
  private writing: Promise<void> | undefined;
  private soon: NodeJS.Timeout | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly announceSyncs: AnnounceSyncs,
  ) {}

  /** Writes an entry within a moment, with others that come until then: nobody waits for it. */
  noteSoon(entry: FeedEntry): void {
    this.waiting.push(entry);
    this.soon ??= setTimeout(() => void this.writeAll(), SOON_MS).unref();
  }

  /** Resolves once the entry is written, or could not be: the device's request was answered either way. */
  async note(entry: FeedEntry): Promise<void> {
    this.waiting.push(entry);
    while (this.waiting.includes(entry)) await this.writeWaiting();
  }

  async onModuleDestroy(): Promise<void> {
    await this.writeAll();
    await this.writing;
  }

  private async writeAll(): Promise<void> {
    clearTimeout(this.soon);
    this.soon = undefined;
    while (this.waiting.length > 0) await this.writeWaiting();
  }

  /** Writes what waits now, or joins those who do: entries that come meanwhile are for the next time. */
  private writeWaiting(): Promise<void> {
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async write(): Promise<void> {
    const entries = [...this.waiting];
    try {
      await this.dataSource.query(INSERT, [JSON.stringify(entries.map(recordOf))]);
    } catch (error) {
      this.logger.warn(`${entries.length} entries of the feed were not written: ${String(error)}`);
    }
    this.waiting = this.waiting.slice(entries.length);
    for (const { userId, documents, came } of entries)
      this.announceSyncs.note(userId, broughtSomething(came) ? documents : []);
  }
}

/** Which books it was about is counted too, and is nothing that came. */
function broughtSomething({ books: _, ...came }: FeedEntry['came']): boolean {
  return Object.keys(came).length > 0;
}

function recordOf(entry: FeedEntry, n: number) {
  return {
    n,
    user_id: entry.userId,
    happened_at: entry.happenedAt,
    device_id: entry.deviceId,
    exchange: entry.exchange,
    milliseconds: entry.milliseconds,
    documents: entry.documents,
    came: entry.came,
    went: entry.went,
    refused: entry.refused,
  };
}
