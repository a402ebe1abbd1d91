import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Audience } from './event-bus.ts';

/** Answers who of the users that listen may hear of an event, asked anew for each, because access changes. */
@Injectable()
export class AudienceQuery {
  constructor(private readonly dataSource: DataSource) {}

  async listeners(audience: Audience, userIds: readonly number[]): Promise<ReadonlySet<number>> {
    const rows: { id: number }[] = await this.dataSource.query(
      `SELECT u.id FROM users u
       WHERE u.id = ANY($1::int[]) AND u.is_enabled AND (
         u.id = $2 OR $3 = ANY(u.permissions)
         OR ($4::int IS NOT NULL AND 'manage_libraries' = ANY(u.permissions))
         OR EXISTS (SELECT 1 FROM library_access a WHERE a.user_id = u.id AND a.library_id = $4)
       )`,
      [
        userIds,
        'userId' in audience ? audience.userId : null,
        'permission' in audience ? audience.permission : null,
        'libraryId' in audience ? audience.libraryId : null,
      ],
    );
    return new Set(rows.map(({ id }) => id));
  }
}
