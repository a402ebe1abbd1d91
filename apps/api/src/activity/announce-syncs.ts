import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EventBus } from '../events/index.ts';
import { accessibleFiles } from '../libraries/index.ts';

/** Open pages hear of a user's devices at most this often, and always of the last thing. */
const QUIET_MS = 1000;
/** After a sweep pages ask for their books anew by the first event; they need not hear of each. */
const MOST_BOOKS = 50;

/** Tells the open pages of a user that devices synced, and which books: outside of requests, and not once for each of many. */
@Injectable()
export class AnnounceSyncs implements OnModuleDestroy {
  private readonly logger = new Logger('SyncFeed');
  private readonly quietUntil = new Map<number, NodeJS.Timeout>();
  /** Documents that came since the last announcement, by user. */
  private readonly unheard = new Map<number, Set<string>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly events: EventBus,
  ) {}

  /** @param documents What something came of; none when a device only asked. */
  note(userId: number, documents: readonly string[]): void {
    const known = this.unheard.get(userId) ?? new Set();
    for (const document of documents) if (known.size < MOST_BOOKS) known.add(document);
    this.unheard.set(userId, known);
    if (!this.quietUntil.has(userId)) this.announce(userId);
  }

  onModuleDestroy(): void {
    for (const timer of this.quietUntil.values()) clearTimeout(timer);
    this.quietUntil.clear();
  }

  /** NOTIFY makes commits wait for each other: never inside of a device's request. */
  private announce(userId: number): void {
    const documents = [...(this.unheard.get(userId) ?? [])];
    this.unheard.delete(userId);
    const timer = setTimeout(() => {
      this.quietUntil.delete(userId);
      if (this.unheard.has(userId)) this.announce(userId);
    }, QUIET_MS);
    this.quietUntil.set(userId, timer.unref());
    this.publish(userId, documents).catch((error: unknown) =>
      this.logger.warn(`Open pages were not told of a sync: ${String(error)}`),
    );
  }

  private async publish(userId: number, documents: readonly string[]): Promise<void> {
    const { manager } = this.dataSource;
    await this.events.publish(manager, { type: 'koreader' }, { userId });
    if (documents.length === 0) return;
    const books = await manager.query<{ id: number }[]>(
      `WITH ${accessibleFiles('$1')},
       hits AS (
         SELECT i.book_file_id AS id FROM file_identities i WHERE i.fingerprint = ANY ($2::text[]::bpchar[])
         UNION SELECT l.book_file_id FROM document_links l WHERE l.user_id = $1 AND l.document = ANY ($2)
         UNION SELECT f.id FROM book_files f WHERE f.name_md5 = ANY ($2::text[]::bpchar[])
       )
       SELECT DISTINCT f.book_id AS id FROM hits JOIN accessible_files f ON f.id = hits.id ORDER BY 1 LIMIT ${MOST_BOOKS}`,
      [userId, documents],
    );
    for (const { id: bookId } of books) await this.events.publish(manager, { type: 'progress', bookId }, { userId });
  }
}
